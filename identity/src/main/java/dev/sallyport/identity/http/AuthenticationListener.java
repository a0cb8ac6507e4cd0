package dev.sallyport.identity.http;

import dev.sallyport.identity.AuthenticationMethod;

/** Is told of every attempt to authenticate, for metrics. Must not block or throw. */
public interface AuthenticationListener {
  /** A caller proved who it is. */
  void authenticated(AuthenticationMethod method);

  /**
   * A caller was refused.
   *
   * @param reason one of a small set of stable codes
   */
  void refused(String reason);

  /** Hears nothing. */
  static AuthenticationListener silent() {
    return new AuthenticationListener() {
      @Override
      public void authenticated(AuthenticationMethod method) {}

      @Override
      public void refused(String reason) {}
    };
  }
}
