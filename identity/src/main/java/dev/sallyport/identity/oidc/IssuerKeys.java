package dev.sallyport.identity.oidc;

import java.security.PublicKey;
import java.util.Optional;

/** Where the keys of one issuer come from. Thread-safe. */
public sealed interface IssuerKeys extends AutoCloseable permits RemoteKeys, FileKeys {
  /**
   * The key of a name.
   *
   * @throws KeysUnavailableException if it cannot be said now whether there is one
   */
  Optional<PublicKey> find(String kid) throws KeysUnavailableException;

  /** From now on, calls this after a change of the keys, where that can be told. */
  void listen(Runnable changed);

  /** Begins to follow changes. To be called once. */
  void start();

  /** Looks whether something is to be done. To be called every few seconds, off any request. */
  void tick();

  @Override
  void close();
}
