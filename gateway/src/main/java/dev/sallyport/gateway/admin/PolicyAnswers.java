package dev.sallyport.gateway.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.grant.Considered;
import dev.sallyport.identity.grant.Explanation;
import dev.sallyport.identity.replay.Effect;
import dev.sallyport.identity.replay.Needed;
import dev.sallyport.identity.replay.ReplayReport;
import dev.sallyport.identity.replay.TargetText;
import dev.sallyport.identity.replay.Undecided;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Decisions, and decisions made again, as administrators are told of them. */
final class PolicyAnswers {
  private PolicyAnswers() {}

  /**
   * A decision, and how it came about.
   *
   * @param demand what an access token must hold, whatever the decision is
   */
  static ObjectNode explanation(
      Target target, Explanation explanation, TokenDemand demand, List<Needed> needed) {
    var body = Json.object().put("target", TargetText.of(target));
    body.put("effect", Effect.of(explanation.decision()).label());
    switch (explanation.decision()) {
      case Decision.Allowed(var by, var resource, var action, _, _, _) ->
          rule(body, by).put("resource", resource).put("action", action);
      case Decision.Held held ->
          rule(body, held.by())
              .put("resource", held.resource())
              .put("action", held.action())
              .put("approvalMinutes", held.life().toMinutes());
      case Decision.Denied denied -> {
        denied.by().ifPresent(by -> rule(body, by));
        body.put("reason", denied.reason()).put("told", denied.refusal().code());
      }
    }
    explanation
        .decision()
        .grounds()
        .userRule()
        .ifPresent(by -> rule(body.putObject("userRule"), by));
    explanation
        .decision()
        .grounds()
        .shadow()
        .ifPresent(shadow -> {
          var said = body.putObject("shadow").put("decision", shadow.decision());
          shadow.rule().ifPresent(by -> rule(said, by));
        });
    if (!demand.isNone()) {
      body.set("token", rendered(demand));
    }
    var considered = body.putArray("considered");
    explanation.considered().forEach(one -> considered.add(rendered(one)));
    var remedies = body.putArray("remedies");
    needed.forEach(one -> remedies.add(rendered(one)));
    return body;
  }

  private static ObjectNode rendered(TokenDemand demand) {
    var body = Json.object();
    if (!demand.scopes().isEmpty()) {
      demand.scopes().forEach(body.putArray("scopes")::add);
    }
    if (!demand.acrs().isEmpty()) {
      demand.acrs().forEach(body.putArray("acr")::add);
    }
    demand.maxAge().ifPresent(age -> body.put("maxAgeSeconds", age.toSeconds()));
    return body;
  }

  private static ObjectNode rendered(Considered one) {
    var body =
        rule(Json.object(), one.rule())
            .put("says", word(one.says()))
            .put("match", word(one.match()))
            .put("why", one.why());
    if (!one.condition().isEmpty()) {
      body.put("condition", one.condition());
      var terms = body.putArray("terms");
      for (var term : one.terms()) {
        var told = terms.addObject().put("text", term.text()).put("match", word(term.match()));
        var values = told.putObject("values");
        term.values().forEach(values::put);
      }
    }
    return body;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode rendered(Needed one) {
    var body = Json.object().put("remedy", one.code());
    one.rule().ifPresent(by -> rule(body, by));
    return body.put("advice", one.advice());
  }

  static ObjectNode report(ReplayReport report) {
    var body =
        Json.object().put("decisions", report.decisions()).put("unchanged", report.unchanged());
    var newly = body.putObject("newly");
    for (var effect : Effect.values()) {
      newly.put(effect.label(), report.newly(effect));
    }
    var changes = body.putArray("changes");
    report.changed().forEach(one -> changes.add(rendered(one)));
    body.set("undecided", undecided(report.undecided()));
    body.set("shadows", shadows(report.shadows()));
    return body;
  }

  static ArrayNode shadows(List<ReplayReport.ShadowCount> counts) {
    var shadows = Json.array();
    counts.forEach(one -> shadows.add(rendered(one)));
    return shadows;
  }

  private static ObjectNode undecided(Map<Undecided, Long> undecided) {
    var body = Json.object();
    new TreeMap<>(undecided)
        .forEach((why, count) ->
            body.putObject(why.code()).put("count", count).put("why", why.meaning()));
    return body;
  }

  private static ObjectNode rendered(ReplayReport.Changed one) {
    var body =
        Json.object()
            .put("from", one.from().label())
            .put("to", one.to().label())
            .put("principal", one.principal().value());
    one.user().ifPresent(user -> body.put("user", user.value()));
    body.put("target", TargetText.of(one.target()));
    one.was().ifPresent(by -> rule(body.putObject("was"), by));
    one.rule().ifPresent(by -> rule(body.putObject("now"), by));
    if (!one.reason().isEmpty()) {
      body.put("reason", one.reason());
    }
    return body.put("count", one.count()).put("example", one.example());
  }

  private static ObjectNode rendered(ReplayReport.ShadowCount one) {
    var body =
        Json.object()
            .put("effect", one.effect().map(Effect::label).orElse("other"))
            .put("decision", one.decision())
            .put("principal", one.principal().value())
            .put("target", TargetText.of(one.target()));
    one.rule().ifPresent(by -> rule(body, by));
    return body.put("count", one.count()).put("example", one.example());
  }

  private static ObjectNode rule(ObjectNode body, Rule rule) {
    return body.put("policy", rule.policy())
        .put("policyVersion", rule.version())
        .put("rule", rule.rule());
  }
}
