package dev.sallyport.identity.http;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.Principal;
import io.helidon.security.AuthenticationResponse;
import io.helidon.security.ProviderRequest;
import io.helidon.security.Security;
import io.helidon.security.SecurityEnvironment;
import io.helidon.security.SecurityResponse.SecurityStatus;
import io.helidon.security.Subject;
import io.helidon.security.spi.AuditProvider;
import io.helidon.security.spi.AuthenticationProvider;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;

/**
 * Helidon's security around our authenticator. It decides nothing of its own, and its audit is
 * silent, since every refusal goes into evidence. A token that held lately is known without it.
 * Thread-safe.
 */
final class SecurityShell {
  private static final String PRESENTED = "presented";
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Authenticator authenticator;
  private final Security security;

  SecurityShell(Authenticator authenticator) {
    this.authenticator = authenticator;
    AuditProvider silent = () -> _ -> {};
    security =
        Security.builder()
            .addAuthenticationProvider(new Provider(authenticator))
            .addAuditProvider(silent)
            .disableTracing()
            .build();
  }

  /**
   * Authenticates a request.
   *
   * @param presented what it shows of who sent it
   */
  Authentication authenticate(ServerRequest request, Presented presented) {
    return authenticator.recall(presented).orElseGet(() -> verify(request, presented));
  }

  private Authentication verify(ServerRequest request, Presented presented) {
    var environment =
        SecurityEnvironment.builder()
            .method(request.prologue().method().text())
            .path(request.path().path())
            .addAttribute(PRESENTED, presented)
            .build();
    var context = security.contextBuilder(String.valueOf(request.id())).env(environment).build();
    request.context().register(context);
    var response = context.atnClientBuilder().buildAndGet();
    if (response.status().isSuccess()) {
      return response
          .user()
          .flatMap(user -> user.publicCredential(Principal.class))
          .<Authentication>map(Authenticated::new)
          .orElseGet(() -> new Unavailable(RETRY));
    }
    return response.throwable().orElse(null) instanceof Unproven unproven
        ? unproven.answer
        : new Unavailable(RETRY);
  }

  private record Provider(Authenticator authenticator) implements AuthenticationProvider {
    @Override
    public AuthenticationResponse authenticate(ProviderRequest request) {
      var presented = (Presented) request.env().abacAttributeRaw(PRESENTED);
      var answer = authenticator.authenticate(presented);
      if (answer instanceof Authenticated(Principal principal)) {
        return AuthenticationResponse.success(
            Subject.builder()
                .principal(io.helidon.security.Principal.create(principal.id().value()))
                .addPublicCredential(Principal.class, principal)
                .build());
      }
      return AuthenticationResponse.builder()
          .status(SecurityStatus.FAILURE_FINISH)
          .throwable(new Unproven(answer))
          .build();
    }
  }

  /** Carries an answer that is not a principal through Helidon's response. */
  private static final class Unproven extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Authentication answer;

    private Unproven(Authentication answer) {
      super("not authenticated", null, false, false);
      this.answer = answer;
    }
  }
}
