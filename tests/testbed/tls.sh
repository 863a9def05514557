# shellcheck shell=bash
# Certificates of a test engine, made anew with it. Sourced by engine.sh. In its folder tls/:
#
#   ca.pem server-cert.pem server-key.pem   the engine's, for its address
#   client/ expired/ stranger/              ca.pem, cert.pem and key.pem of clients: one that the engine accepts, one whose
#                                           certificate has expired, and one of another authority
#   misled/                                 an accepted client that expects an engine of another authority

# authority FOLDER: ca.pem and ca-key.pem.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=${1##*/}" \
    -keyout "$1/ca-key.pem" -out "$1/ca.pem" 2>/dev/null
}

# certificate AUTHORITY CERT KEY DAYS EXTENSION: for the subject alternative name or the usage in EXTENSION.
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=test" -keyout "$3" -out "$2.csr" 2>/dev/null
  openssl x509 -req -in "$2.csr" -CA "$1/ca.pem" -CAkey "$1/ca-key.pem" -set_serial "0x$(openssl rand -hex 8)" \
    -days "$4" -extfile <(echo "$5") -out "$2" 2>/dev/null
  rm "$2.csr"
}

make_certificates() {  # FOLDER ADDRESS
  local folder=$1 client
  mkdir -p "$folder"/{client,expired,stranger,misled,other}
  authority "$folder"
  authority "$folder/other"
  certificate "$folder" "$folder/server-cert.pem" "$folder/server-key.pem" 30 "subjectAltName=IP:$2"
  certificate "$folder" "$folder/client/cert.pem" "$folder/client/key.pem" 30 "extendedKeyUsage=clientAuth"
  certificate "$folder" "$folder/expired/cert.pem" "$folder/expired/key.pem" -1 "extendedKeyUsage=clientAuth"
  certificate "$folder/other" "$folder/stranger/cert.pem" "$folder/stranger/key.pem" 30 "extendedKeyUsage=clientAuth"
  for client in client expired stranger; do cp "$folder/ca.pem" "$folder/$client/"; done
  cp "$folder"/client/{cert,key}.pem "$folder/misled/"
  cp "$folder/other/ca.pem" "$folder/misled/"
}
