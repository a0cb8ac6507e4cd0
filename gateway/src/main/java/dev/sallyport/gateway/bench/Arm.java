package dev.sallyport.gateway.bench;

import java.util.Locale;

/** A way that the same call goes. */
enum Arm {
  /** Straight to the upstream. */
  DIRECT,
  /** Through a plain reverse proxy. */
  PROXY,
  /** Through the product, with everything on. */
  SALLYPORT;

  /** The name of the process that the way is there to measure. */
  String part() {
    return this == DIRECT ? "upstream" : label();
  }

  /** The name in reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
