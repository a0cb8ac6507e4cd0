package dev.sallyport.identity.trust;

import dev.sallyport.identity.token.SignatureAlgorithm;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the specs of this module's kinds have in common. */
final class Specs {
  private Specs() {}

  static String required(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(field + " is required");
    }
    return value;
  }

  static void absolutePath(String field, @Nullable String value) {
    if (value == null) {
      return;
    }
    try {
      if (Path.of(value).isAbsolute()) {
        return;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(field + " must be the path of a file: " + value, e);
    }
    throw new IllegalArgumentException(field + " must be an absolute path: " + value);
  }

  static Set<SignatureAlgorithm> algorithms(List<String> names) {
    var algorithms = EnumSet.noneOf(SignatureAlgorithm.class);
    for (var name : names) {
      algorithms.add(
          SignatureAlgorithm.named(name)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "algorithms may hold "
                          + List.of(SignatureAlgorithm.values())
                          + ", not "
                          + name)));
    }
    return algorithms;
  }
}
