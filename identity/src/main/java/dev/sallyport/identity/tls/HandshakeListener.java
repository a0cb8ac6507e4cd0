package dev.sallyport.identity.tls;

/** Is told of handshakes that failed: by an old version, or by what is no TLS. Must not throw. */
@FunctionalInterface
public interface HandshakeListener {
  /** A handshake failed, other than by the peer going away. */
  void failed();
}
