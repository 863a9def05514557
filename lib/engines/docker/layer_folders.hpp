// Which layer of an image a folder in an archive of images holds. Pure.
//
// Engines up to 24 write each layer into a folder FOLDER: FOLDER/json, then FOLDER/layer.tar. FOLDER is the SHA-256 of
// what is in FOLDER/json but the folder's own name, with the layer's chain id put in (CreateID of image/v1/imagev1.go in
// https://github.com/moby/moby). So a folder tells which layer it is only to those who know what it could be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace divio::engines {

// The chain ids of the layers with these digests ("sha256:..."), the lowest first: a layer and what is below it.
[[nodiscard]] std::vector<std::string> chain_ids(const std::vector<std::string>& layers);

// The place in `chains` of the layer in `folder`, whose file `json` is given; nullopt if it is none of them.
[[nodiscard]] std::optional<std::size_t> layer_in_folder(std::string_view folder, std::string_view json,
                                                         const std::vector<std::string>& chains);

}  // namespace divio::engines
