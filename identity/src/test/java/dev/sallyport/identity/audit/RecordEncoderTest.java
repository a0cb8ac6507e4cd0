package dev.sallyport.identity.audit;

import static dev.sallyport.identity.audit.LedgerSamples.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.TokenDemand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AU-05: whatever stands in a record, its bytes are those that Jackson would write of it. */
class RecordEncoderTest {
  private static final ObjectMapper JACKSON =
      new ObjectMapper(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

  private final RecordEncoder encoder =
      new RecordEncoder(new SecureRandom(), UnaryOperator.identity());

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void writesRecordsAsJacksonDoes(int seed) throws IOException {
    for (var record : new Sample(new Random(seed)).records(encoder).toList()) {
      var written = new String(record.json(), StandardCharsets.ISO_8859_1);
      assertThat(written).isEqualTo(JACKSON.writeValueAsString(JACKSON.readTree(written)));
    }
  }

  /** Attempts of which a caller, an administrator or an upstream chose every text. */
  private record Sample(Random random) {
    private Stream<Body> records(RecordEncoder encoder) {
      var id = call("c-" + random.nextInt());
      var allowed = new Decision.Allowed(rule(), text(), text(), List.of(), approval(), grounds());
      var held = new Decision.Held(rule(), text(), text(), List.of()).on(grounds());
      var denied = new Decision.Denied(RefusalCode.FORBIDDEN, text(), maybe(this::rule));
      return Stream.of(
          encoder.intent(id, action(), allowed),
          encoder.held(id, action(), held, call("c0")),
          encoder.denied(id, action(), denied.on(grounds())),
          encoder.outcome(id, new Outcome.Failed(text()), facts()),
          RecordEncoder.event(text(), facts()));
    }

    private Action action() {
      var id = new PrincipalId("spiffe://prod/agent/" + random.nextInt());
      var principal =
          new Principal(
              id,
              AuthenticationMethod.ACCESS_TOKEN,
              "prod",
              Instant.MAX,
              Confirmation.NONE,
              random.nextBoolean() ? Set.of() : Set.of("a", text() + "b"),
              Set.of(),
              maybe(() -> new Delegation(id, text(), List.of(id, id))),
              new SignIn(maybe(this::text), maybe(() -> Instant.ofEpochMilli(random.nextInt()))));
      var arguments = facts();
      return new Action(
          new Caller(principal, LedgerSamples.turn('a'), Door.MCP, maybe(this::text)),
          new Target.Tool(text(), text()),
          arguments,
          arguments.toString().getBytes(StandardCharsets.UTF_8),
          List.of(new CredentialUse(text(), 1, text()), new CredentialUse(text(), 2, text())),
          maybe(this::text));
    }

    private Grounds grounds() {
      return new Grounds(
          maybe(() -> new Circumstances(Instant.EPOCH, maybe(this::text), text(), 7)),
          maybe(this::rule),
          maybe(() -> new Decision.Shadow("denied", maybe(this::rule))),
          List.of(),
          switch (random.nextInt(3)) {
            case 0 -> KeptArguments.NONE;
            case 1 -> KeptArguments.ALL;
            default -> new KeptArguments.Some(List.of("/count", "/none", "/list/0"));
          },
          random.nextBoolean()
              ? TokenDemand.NONE
              : new TokenDemand(
                  TokenDemand.ofScopes(Set.of(text())).scopes(),
                  List.of(text()),
                  Optional.of(Duration.ofMinutes(1))));
    }

    private ObjectNode facts() {
      var facts = JsonNodeFactory.instance.objectNode();
      for (int i = random.nextInt(5); i > 0; i--) {
        facts.put(text(), text()).put("count", random.nextInt()).put("sum", random.nextLong());
        facts.put("is", random.nextBoolean()).put("share", random.nextDouble());
        facts.putArray("list").add(text()).addNull().addObject().put(text(), text());
      }
      return facts;
    }

    private Optional<Decision.Approval> approval() {
      return maybe(() -> new Decision.Approval(call("c0"), text()));
    }

    private Rule rule() {
      return new Rule(text(), text(), text());
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
      return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    /** Mostly plain; at times long, or of any characters. */
    private String text() {
      int bound = random.nextInt(3) == 0 ? Character.MAX_VALUE + 1 : 0x80;
      return random
          .ints(random.nextInt(random.nextInt(20) == 0 ? 6_000 : 40), 0, bound)
          .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
          .toString();
    }
  }
}
