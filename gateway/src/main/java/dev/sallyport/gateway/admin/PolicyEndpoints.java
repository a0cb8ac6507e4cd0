package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.gateway.resource.ResourceStore;
import dev.sallyport.gateway.resource.Stored;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.identity.grant.GrantResources;
import dev.sallyport.identity.grant.Inquiry;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.replay.Needed;
import dev.sallyport.identity.replay.RecordedDecision;
import dev.sallyport.identity.replay.RecordedDecisions;
import dev.sallyport.identity.replay.Replay;
import dev.sallyport.identity.replay.ShadowCounts;
import dev.sallyport.identity.replay.Suggestion;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.mcp.registry.ToolRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What policies say, would say and should say. Nothing is done, no limit is used up, and who asked
 * stands in evidence.
 */
final class PolicyEndpoints {
  private static final Logger LOG = System.getLogger(PolicyEndpoints.class.getName());
  private static final String KIND = "AgentPolicy";

  private final GrantResources grants;
  private final ResourceStore store;
  private final Registered registered;
  private final RecordedDecisions decisions;
  private final ActionPath path;
  private final InstantSource clock;

  PolicyEndpoints(
      GrantResources grants,
      ResourceStore store,
      ToolRegistry registry,
      EvidenceReader evidence,
      ActionPath path,
      InstantSource clock) {
    this.grants = grants;
    this.store = store;
    this.registered = new Registered(registry);
    this.decisions = new RecordedDecisions(evidence);
    this.path = path;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/admin/explain", this::explain),
        new Route("POST", "/admin/replay", this::replay),
        new Route("GET", "/admin/shadow", this::shadow).taking("since"),
        new Route("GET", "/admin/suggest", this::suggest).taking("for", "since"));
  }

  private Answer explain(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var document = asked.document();
    var question = Question.read(document, clock.instant());
    var policies = policies(question.candidates());
    var target = registered.target(question);
    var inquiry =
        new Inquiry(question.principal(), target, question.arguments(), question.circumstances());
    return onRecord(
        asked,
        "explain",
        document,
        permit -> {
          var explanation = policies.explainInFull(inquiry);
          var needed = new ArrayList<>(Needed.of(inquiry, explanation, policies.bound(target)));
          registered.needed(target, question).ifPresent(needed::add);
          var body =
              PolicyAnswers.explanation(target, explanation, policies.demand(target), needed);
          permit.facts().put("effect", body.path("effect").asText());
          return body.put("principal", question.principal().id().value());
        });
  }

  private Answer replay(Asked asked) throws InvalidDocumentsException, InvalidResourcesException {
    var document = asked.document();
    var form = new FormReader(document, Set.of("resources", "since"));
    var since = form.optional("since");
    form.check();
    var policies = policies(Question.documents(document.tree().path("resources")));
    return onRecord(
        asked,
        "replay",
        document,
        permit -> {
          var replay = new Replay(policies, registered::has);
          replay.addUnreadable(read(since, replay::add));
          var report = replay.report();
          permit.facts().put("decisions", report.decisions());
          return PolicyAnswers.report(report);
        });
  }

  private Answer shadow(Asked asked) {
    return onRecord(
        asked,
        "shadow",
        new Document(Asked.SOURCE, Json.object(), Map.of()),
        permit -> {
          var counts = new ShadowCounts();
          permit.facts().put("unreadable", read(asked.queried("since"), counts::add));
          var body = Json.object();
          body.set("shadows", PolicyAnswers.shadows(counts.counted()));
          return body;
        });
  }

  private Answer suggest(Asked asked) {
    var who =
        Question.id(
            asked
                .queried("for")
                .orElseThrow(() -> Question.malformed("for is a principal: spiffe://…")));
    var suggestion = new Suggestion(who, grants.policies());
    var asking = Json.object().put("for", who.value());
    return onRecord(
        asked,
        "suggest",
        new Document(Asked.SOURCE, asking, Map.of()),
        permit -> {
          permit.facts().put("unreadable", read(asked.queried("since"), suggestion::add));
          permit.facts().put("decisions", suggestion.calls());
          var suggested = suggestion.suggested(standing(who.value()));
          return Json.object().put("decisions", suggestion.calls()).put("yaml", suggested.yaml());
        });
  }

  private Optional<Resource> standing(String workload) {
    return store.list(KIND).stream()
        .map(Stored::resource)
        .filter(one -> one.spec().at("/identity/workload").asText().equals(workload))
        .findFirst();
  }

  /** The policies in force, or those that would be with documents put in force, too. */
  private PolicySet policies(List<Document> candidates)
      throws InvalidDocumentsException, InvalidResourcesException {
    return candidates.isEmpty() ? grants.policies() : grants.compile(store.with(candidates));
  }

  private long read(Optional<String> since, Consumer<RecordedDecision> reader) {
    try {
      return decisions.forEach(since.map(Question::moment).orElse(Instant.EPOCH), reader);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the evidence cannot be read", e);
      throw new Refusal(RefusalCode.UNAVAILABLE, "The evidence cannot be read now.");
    }
  }

  private Answer onRecord(
      Asked asked, String verb, Document question, Function<Permit, ObjectNode> answer) {
    var tree = question.tree();
    var action =
        new Action(
            asked.caller(),
            new Target.Administration(KIND, "*", verb),
            tree,
            Json.bytes(tree),
            List.of());
    return Answer.ok(path.perform(action, permit -> Performed.succeeded(answer.apply(permit))));
  }
}
