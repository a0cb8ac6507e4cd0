package dev.sallyport.vault.seal;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A credential that is in force.
 *
 * @param header the header that its value is for; empty for a bare secret
 * @param destinations where it may go, by label
 */
record Settings(String name, Optional<String> header, Source source, Set<String> destinations) {
  /** Where its value is. */
  sealed interface Source {
    /** Which value, for evidence. */
    int version();

    /** Sealed in the store. */
    record Sealed(int version) implements Source {}

    /** In a file that its owner keeps. */
    record File(Path path) implements Source {
      @Override
      public int version() {
        return 1;
      }
    }

    /** In an environment variable of this process. */
    record Variable(String name) implements Source {
      @Override
      public int version() {
        return 1;
      }
    }
  }
}
