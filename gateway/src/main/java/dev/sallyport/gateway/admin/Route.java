package dev.sallyport.gateway.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A method and a path of the control plane.
 *
 * @param path a template such as {@code /admin/{kind}/{name}}
 * @param parameters the names that a query may have: with any other it is refused, so that nobody
 *     takes what was ignored for heeded
 * @param forApprovers whether those may ask it, too, who may do nothing but decide held calls
 */
record Route(
    String method, String path, Endpoint endpoint, Set<String> parameters, boolean forApprovers) {
  Route {
    parameters = Set.copyOf(parameters);
  }

  /** One that takes no query. */
  Route(String method, String path, Endpoint endpoint) {
    this(method, path, endpoint, Set.of(), false);
  }

  /** The same, with these names in its query. */
  Route taking(String... names) {
    return new Route(method, path, endpoint, Set.of(names), forApprovers);
  }

  /** The same, for approvers, too. */
  Route alsoForApprovers() {
    return new Route(method, path, endpoint, parameters, true);
  }

  /** What the template names of a path; empty if the path does not fit it. */
  Optional<Map<String, String>> match(String asked) {
    var pattern = List.of(path.split("/", -1));
    var parts = List.of(asked.split("/", -1));
    if (pattern.size() != parts.size()) {
      return Optional.empty();
    }
    var named = new HashMap<String, String>();
    for (int i = 0; i < parts.size(); i++) {
      var one = pattern.get(i);
      if (one.startsWith("{")) {
        if (parts.get(i).isEmpty()) {
          return Optional.empty();
        }
        named.put(one.substring(1, one.length() - 1), parts.get(i));
      } else if (!one.equals(parts.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(named);
  }
}
