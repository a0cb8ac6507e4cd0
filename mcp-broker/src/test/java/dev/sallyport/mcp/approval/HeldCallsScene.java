package dev.sallyport.mcp.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.Approvals.Gate;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.CountingGate;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.mcp.testing.ReversedSeal;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** Held calls over a database, and actions that are held. */
@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public abstract class HeldCallsScene {
  static final int THREADS = 64;
  static final PrincipalId ADMIN = new PrincipalId("sallyport:admin");
  static final Rule RULE = new Rule("p", "0123456789ab", "/spec/tools/0/approve/0");
  static final String CANARY = "canary-5e8b";
  static final HeldCallLimits FEW =
      new HeldCallLimits(2, 3, 1_024, Duration.ofDays(7), Duration.ofSeconds(5));

  final TestingDatabase database = newDatabase();
  final TestingClock clock = new TestingClock();

  /** Of calls that no limit stops. */
  static final Gate OPEN = CountingGate.opening();

  final RecordingEvidence evidence = new RecordingEvidence();
  final HeldCalls calls = heldCalls(HeldCallLimits.DEFAULT);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  HeldCalls heldCalls(HeldCallLimits limits) {
    return new HeldCalls(database.dataSource(), new ReversedSeal(), evidence, limits, clock);
  }

  String hold(Action action) {
    return ((Answer.Waiting) calls.redeem(next(), action, held(RULE), OPEN)).id().value();
  }

  static CallId next() {
    return new CallId(UUID.randomUUID().toString());
  }

  static Held held(Rule rule) {
    return new Held(rule, "crm", "write", List.of());
  }

  static Caller caller(String principal, String owner) {
    return new Caller(
        new Principal(
            new PrincipalId(principal), AuthenticationMethod.JWT_SVID, "prod", Instant.MAX),
        new Turn(new TurnId("turn_" + "a".repeat(26)), new PrincipalId(owner), Instant.EPOCH),
        Door.MCP);
  }

  static Action action(String text) {
    return action(caller("spiffe://prod/agent/a", "spiffe://prod/agent/a"), text);
  }

  static Action action(Caller caller, String text) {
    var arguments = Json.object().put("text", text);
    return new Action(
        caller,
        new Target.Tool("crm", "write"),
        arguments,
        Json.bytes(arguments),
        List.of(),
        Optional.of("pin"));
  }

  static Action of(Action action, Target target, Optional<String> pin) {
    return new Action(
        action.caller(), target, action.arguments(), action.payload(), List.of(), pin);
  }

  /** A call that sends no more than these arguments. */
  static Action plain(String json) {
    return with(tree(json), tree(json));
  }

  /** A call that sends more than its arguments. */
  static Action sending(String json) {
    var whole = tree(json);
    return with((ObjectNode) whole.get("arguments"), whole);
  }

  /** A call whose arguments are not known any more. */
  static Action without(ObjectNode whole) {
    return with(MissingNode.getInstance(), whole);
  }

  static Action with(JsonNode arguments, ObjectNode whole) {
    var plain = action("");
    return new Action(
        plain.caller(), plain.target(), arguments, Json.bytes(whole), List.of(), plain.pin());
  }

  static ObjectNode tree(String json) {
    try {
      return (ObjectNode)
          Json.parseRequest(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new AssertionError(e);
    }
  }

  static <T> List<T> atOnce(Callable<T> work) throws Exception {
    var start = new CyclicBarrier(THREADS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          threads.invokeAll(
              IntStream.range(0, THREADS)
                  .<Callable<T>>mapToObj(_ ->
                      () -> {
                        start.await();
                        return work.call();
                      })
                  .toList());
      return answers.stream().map(HeldCallsScene::answer).collect(Collectors.toList());
    }
  }

  static <T> T answer(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
