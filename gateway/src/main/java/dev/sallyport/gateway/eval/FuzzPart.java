package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.quarantine.Projection;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts text of an attacker at every place of every answer, in every form, and counts what of it
 * reaches the agent: in the quarantine itself for the number, through a gateway for the rest.
 *
 * @param quarantine the mode of the server behind the gateway
 */
record FuzzPart(String quarantine) implements Part {
  private static final int USUAL_CASES = 20_000;
  private static final int CASES_A_GATEWAY_CALL = 100;
  private static final int MOST_CALLS = 1_200;
  private static final int LEAST_CALLS = 24;

  /** What is broken is sent last: a server that sends it is left alone for a while. */
  private static final int BROKEN_CALLS = 8;

  private static final int LOOK_EVERY = 8;
  private static final int TOLD_EVERY = 10_000;
  private static final String SERVER = "fuzz";
  private static final Vocabulary APPROVED = new Vocabulary(FuzzCases.APPROVED);
  private static final ViewGrammar GRAMMAR =
      ViewGrammar.of(FuzzCases.APPROVED, List.of(FuzzServer.RESOURCE));

  @Override
  public String name() {
    return "fuzz";
  }

  @Override
  public String says() {
    return "how many characters of an attacker reach the agent, whatever is sent at whatever place";
  }

  /**
   * What was found at one place.
   *
   * @param chosen how many characters that an attacker may have chosen reached the agent
   * @param failed how many of the cases told any, or told other than a case of the same shape
   */
  record Found(int cases, int chosen, int failed) {
    Found and(int more, boolean same) {
      return new Found(cases + 1, chosen + more, failed + (more > 0 || !same ? 1 : 0));
    }
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    int cases = setting.cases().orElse(USUAL_CASES);
    var found = new LinkedHashMap<String, Found>();
    inProcess(cases, setting, found);
    throughGateway(
        Math.clamp(cases / CASES_A_GATEWAY_CALL, LEAST_CALLS, MOST_CALLS), setting, found);
    return new Report(found);
  }

  private static void note(Map<String, Found> found, String place, int chosen, boolean same) {
    found.merge(place, new Found(0, 0, 0).and(chosen, same), (one, _) -> one.and(chosen, same));
  }

  private static void inProcess(int cases, Setting setting, Map<String, Found> found) {
    var held = new Quarantine(QuarantineLimits.defaults(), new SecureRandom(), setting.clock());
    var tools = new QuarantineTools(held, (_, _, _, _) -> "", Duration.ofSeconds(1));
    for (int i = 0; i < cases; i++) {
      long seed = setting.seed() * 1_000_003 + i;
      var place = i % 5 == 0 ? "errors" : i % 5 == 1 ? "contents" : "results";
      var view = projected(held, "a", place, new FuzzCases(seed, 0, true)).view();
      var other = projected(held, "b", place, new FuzzCases(seed, 1, true)).view();
      boolean same = ViewGrammar.form(view).equals(ViewGrammar.form(other));
      note(found, place, GRAMMAR.chosen(view), same);
      if (i % LOOK_EVERY == 0) {
        look(tools, view, found);
      }
      held.forget("a");
      held.forget("b");
      if ((i + 1) % TOLD_EVERY == 0) {
        setting.progress().accept("eval, %d of %d cases".formatted(i + 1, cases));
      }
    }
  }

  private static Projection projected(Quarantine held, String turn, String place, FuzzCases cases) {
    return switch (place) {
      case "errors" -> held.projectError(turn, SERVER, cases.error());
      case "contents" -> held.project(turn, SERVER, APPROVED, cases.result());
      default -> held.projectToolResult(turn, SERVER, APPROVED, cases.result());
    };
  }

  /** Uses the quarantine's own tools on the first references of a view. */
  private static void look(QuarantineTools tools, JsonNode view, Map<String, Found> found) {
    for (var reference : ViewGrammar.references(view.toString()).stream().limit(3).toList()) {
      for (var tool : List.of("q_get", "q_count", "q_match", "q_max", "q_dedupe", "q_compose")) {
        var answer = tools.call("a", tool, about(tool, reference)).view();
        if (!answer.path("isError").asBoolean()) { // a refusal is in the words of the gateway
          note(found, "looks", GRAMMAR.chosen(answer), true);
        }
      }
    }
  }

  private static ObjectNode about(String tool, String reference) {
    var arguments = JsonNodeFactory.instance.objectNode();
    return switch (tool) {
      case "q_compose" -> arguments.put("template", "About " + reference + ".");
      case "q_match" -> arguments.put("ref", reference).put("what", "word");
      default -> arguments.put("ref", reference);
    };
  }

  private void throughGateway(int calls, Setting setting, Map<String, Found> found)
      throws IOException, InterruptedException {
    try (var server = new FuzzServer();
        var stage =
            Stage.open(
                List.of(new Stage.Server(SERVER, server.url(), quarantine)),
                "",
                List.of(),
                setting.clock(),
                setting.progress())) {
      for (int i = 0; i < calls; i++) {
        long seed = setting.seed() * 1_000_003 + i;
        var agent = stage.turn(SERVER, String.valueOf(i < calls - BROKEN_CALLS ? seed : -seed));
        var before = new ArrayList<JsonNode>();
        var asked = Asked.of(i);
        var answer = agent.ask(asked.method(), asked.name(), asked.params(), before);
        var seen = answer.isResult() ? answer.seen() : answer.seen().path("error").path("data");
        int chosen = GRAMMAR.chosen(seen);
        for (var message : before) {
          note(found, "gateway: notifications", GRAMMAR.chosen(message), true);
        }
        note(found, "gateway: " + asked.method(), chosen, true);
      }
    }
  }

  /** A request of an agent. */
  private record Asked(String method, String name, ObjectNode params) {
    static Asked of(int number) {
      var params = JsonNodeFactory.instance.objectNode();
      return switch (number % 8) {
        case 0 -> {
          params.put("name", FuzzServer.PROMPT).putObject("arguments").put("about", "all");
          yield new Asked("prompts/get", FuzzServer.PROMPT, params);
        }
        case 1 ->
            new Asked(
                "resources/read", FuzzServer.RESOURCE, params.put("uri", FuzzServer.RESOURCE));
        case 2 -> {
          params.putObject("ref").put("type", "ref/prompt").put("name", FuzzServer.PROMPT);
          params.putObject("argument").put("name", "about").put("value", "a");
          yield new Asked("completion/complete", "", params);
        }
        default -> {
          params.put("name", FuzzServer.TOOL).putObject("arguments");
          yield new Asked("tools/call", FuzzServer.TOOL, params);
        }
      };
    }
  }

  /** A case of which anything reached the agent fails. */
  private record Report(Map<String, Found> found) implements PartReport {
    @Override
    public int passed() {
      return found.values().stream().mapToInt(one -> one.cases() - one.failed()).sum();
    }

    @Override
    public int failed() {
      return found.values().stream().mapToInt(Found::failed).sum();
    }

    private int chosen() {
      return found.values().stream().mapToInt(Found::chosen).sum();
    }

    @Override
    public void print(PrintWriter out) {
      out.printf("%n%-30s %9s %22s %9s%n", "place", "cases", "characters that passed", "failed");
      found.forEach((place, one) ->
          out.printf("%-30s %9d %22d %9d%n", place, one.cases(), one.chosen(), one.failed()));
      out.flush();
    }

    @Override
    public void addTo(ObjectNode document) {
      var fuzz = document.putObject("fuzz").put("passed", passed()).put("failed", failed());
      fuzz.put("characters", chosen());
      var places = fuzz.putObject("places");
      found.forEach((place, one) ->
          places
              .putObject(place)
              .put("cases", one.cases())
              .put("characters", one.chosen())
              .put("failed", one.failed()));
    }
  }
}
