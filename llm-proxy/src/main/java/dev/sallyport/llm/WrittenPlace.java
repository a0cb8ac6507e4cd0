package dev.sallyport.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A place in a caller's own request that a provider has named. */
final class WrittenPlace {
  private WrittenPlace() {}

  /**
   * The place as far as the request has it, such as {@code messages[0].content}: made of the
   * caller's own names, and of nothing that the provider chose.
   *
   * @param param in the provider's way to write it
   */
  static Optional<String> in(JsonNode request, String param) {
    var place = new StringBuilder();
    var at = request;
    for (var name : param.replace('[', '.').replace("]", "").split("\\.", -1)) {
      if (at.isObject() && at.has(name)) {
        place.append(place.isEmpty() ? "" : ".").append(name);
        at = at.get(name);
      } else if (at.isArray() && name.matches("[0-9]{1,6}") && at.has(Integer.parseInt(name))) {
        place.append('[').append(Integer.parseInt(name)).append(']');
        at = at.get(Integer.parseInt(name));
      } else {
        break;
      }
    }
    return place.isEmpty() ? Optional.empty() : Optional.of(place.toString());
  }
}
