package dev.sallyport.it.micro;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.CertificateVerifier;
import dev.sallyport.identity.KeyProofs;
import dev.sallyport.identity.Presented;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.TokenVerifier;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingTrustDomain;
import dev.sallyport.identity.token.Digest;
import dev.sallyport.identity.token.VerifiedTokens;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A token that held lately, on each of the requests after its first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets it up before all else
public class ProofBenchmark {
  private Authenticator authenticator;
  private Presented presented;

  @Setup
  public void remember() {
    var token = new TestingTrustDomain("prod").svid("/agent/ci", "https://gateway.test");
    var verified = new VerifiedTokens(InstantSource.system());
    verified.remember(
        Digest.of(token), FixedTokens.principal("spiffe://prod/agent/ci"), verified.generation());
    presented = Presented.bearer(List.of("Bearer " + token));
    authenticator =
        new Authenticator(
            List.of(new Remembering(verified)),
            CertificateVerifier.none(),
            KeyProofs.NONE,
            _ -> false,
            InstantSource.system());
  }

  @Benchmark
  public Optional<Authentication> recallToken() {
    return authenticator.recall(presented);
  }

  private record Remembering(VerifiedTokens verified) implements TokenVerifier {
    @Override
    public Optional<Authentication> verify(String token) {
      return Optional.empty();
    }

    @Override
    public Optional<Principal> recall(String token) {
      return verified.find(Digest.of(token));
    }
  }
}
