// What a project keeps in volumes of its own (`volumes` in divio.yaml), where it stands among services.
#pragma once

#include <string>
#include <string_view>

namespace divio::model {

// By which a volume of that name in divio.yaml is known among services, and the other way round: "volume-uploads", which is no
// prefix. The name is empty for a service's prefix.
[[nodiscard]] std::string volume_entry(std::string_view volume);
[[nodiscard]] std::string volume_of_entry(std::string_view entry);

// How people are told of what has that prefix or entry: "service default", "volume uploads"; in errors "service 'default'",
// "volume 'uploads'".
[[nodiscard]] std::string named(std::string_view entry);
[[nodiscard]] std::string called(std::string_view entry);

}  // namespace divio::model
