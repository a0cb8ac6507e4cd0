package dev.sallyport.identity.delegation;

import dev.sallyport.identity.Principal;
import java.util.Optional;

/** Who vouches for principals now. Thread-safe, and never blocks. */
@FunctionalInterface
public interface Vouchers {
  /**
   * Names what vouches for a principal as it is now. It is another name once that was changed, and
   * none once it is gone.
   */
  Optional<String> of(Principal principal);
}
