package dev.sallyport.llm.http;

import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.http.ResourceMetadata;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.llm.Wires;
import dev.sallyport.llm.dialogue.Dialogues;
import dev.sallyport.llm.testing.TestingProxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routes of a proxy on a server of their own. */
final class TestingRoutes {
  private TestingRoutes() {}

  /** Started for one agent, whose token is {@code good}. */
  static TestingServer start(TestingProxy testing) {
    return start(testing, (_, _) -> Optional.empty());
  }

  /** The same, with requests that are watched. */
  static TestingServer start(TestingProxy testing, Dialogues dialogues) {
    var filter =
        new CallerFilter(
            new FixedTokens().with("good", "spiffe://prod/agent/ci").authenticator(),
            new Standing(testing.clock),
            new InMemoryTurns(testing.clock, TurnLimits.DEFAULT, _ -> {}),
            new Origins(Set.of()),
            new ResourceMetadata(PublicAddress.asRequested(), List::of),
            new RefusedAuthentications(testing.evidence, testing.clock),
            AuthenticationListener.silent());
    var routes =
        new LlmRoutes(
            testing.proxy, Wires.skins(testing.clock), dialogues, testing.evidence, testing.config);
    return new TestingServer(routing -> routing.addFilter(filter).register(routes));
  }
}
