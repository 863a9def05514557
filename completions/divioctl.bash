# Completion of divioctl for bash. divioctl itself says what can stand there; see 'divioctl help completion'.

# Sets `words` to what stands before the cursor, behind the program's name. Bash has cut words at every "=" and ":";
# here they are put together again.
_divioctl_words() {
  local i word glue=
  words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ ${#words[@]} -gt 0 && ( -n $glue || $word == [=:]* ) && -n $word ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    glue=
    [[ $word == *[=:] ]] && glue=yes
  done
}

_divioctl() {
  local -a words lines
  local current line value
  _divioctl_words
  current=${words[${#words[@]}-1]}
  mapfile -t lines < <("${COMP_WORDS[0]/#\~/$HOME}" __complete -- "${words[@]}" 2>/dev/null)
  COMPREPLY=()
  for line in "${lines[@]}"; do
    value=${line%%$'\t'*}
    case $value in
      :files)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return ;;
      :directories)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "${current##*=}")
        return ;;
    esac
    [[ $value == *= ]] && compopt -o nospace 2>/dev/null
    # What stands before the last "=" or ":" is no part of the word that bash replaces.
    if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then value=${value#"${current%=*}="}; fi
    if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then value=${value#"${current%:*}:"}; fi
    COMPREPLY+=("$value")
  done
}

complete -F _divioctl divioctl
