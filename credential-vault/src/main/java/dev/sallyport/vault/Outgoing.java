package dev.sallyport.vault;

import java.net.URI;
import java.util.Optional;

/** A request on its way out, as a loan must know it to sign it. */
public interface Outgoing {
  String method();

  URI uri();

  /** What its Host header says. */
  String authority();

  /** The first header of that name, in any case. */
  Optional<String> header(String name);

  /** Its body, which is not to be changed. */
  byte[] body();
}
