package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import dev.sallyport.gateway.eval.StatelessServer.Reply;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Whether held text does anything where a person sees it: in answers, in what an agent shows, and
 * where calls are approved.
 *
 * @param seen what is made of a text before it is looked at; the text itself, but in tests
 */
record RenderPart(UnaryOperator<String> seen) implements Part {
  private static final String SERVER = "pages";
  private static final String HELD = "outbox";
  private static final String TOOL = "read_page";

  /** Few enough that all of the calls can wait for a person at once. */
  private static final int EVERY = 14;

  private static final Pattern MARKED = Pattern.compile("(?s)⟦external: (.*)⟧");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  RenderPart() {
    this(UnaryOperator.identity());
  }

  @Override
  public String name() {
    return "render";
  }

  @Override
  public String says() {
    return "whether held text does anything where a person sees it";
  }

  @Override
  public PartReport run(Setting setting) throws IOException, InterruptedException {
    var checks = new CheckReport("render");
    var payloads = Payloads.all();
    inProcess(payloads, setting, checks);
    // What is no text at all is refused by the gateway before it is held.
    throughGateway(payloads.stream().filter(Payloads::isText).toList(), setting, checks);
    return checks;
  }

  /** Of a text with our marks around it, what is between them must not act. */
  private void check(String kind, String marked, String payload, CheckReport checks) {
    var found = MARKED.matcher(marked);
    boolean isSafe = found.matches() && !Payloads.acts(seen.apply(found.group(1)));
    checks.add(kind, isSafe, () -> NODES.textNode(payload) + " as " + NODES.textNode(marked));
  }

  private void inProcess(List<String> payloads, Setting setting, CheckReport checks) {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SecureRandom(), setting.clock());
    for (var payload : payloads) {
      var view =
          quarantine.project("turn", SERVER, Vocabulary.NONE, NODES.textNode(payload)).view();
      var rendered = quarantine.renderForHuman("turn", view.asText());
      check("answers", rendered, payload, checks);
      quarantine.forget("turn");
    }
  }

  private void throughGateway(List<String> payloads, Setting setting, CheckReport checks)
      throws IOException, InterruptedException {
    try (var server = new StatelessServer((_, method, params) -> answer(payloads, method, params));
        var stage =
            Stage.open(
                List.of(
                    new Stage.Server(SERVER, server.url(SERVER), "strict"),
                    new Stage.Server(HELD, server.url(HELD), "strict").withApprovals()),
                "",
                List.of(),
                setting.clock(),
                setting.progress())) {
      for (int i = 0; i < payloads.size(); i += EVERY) {
        var agent = stage.turn(SERVER, String.valueOf(i));
        var nothing = NODES.objectNode();
        var seenByAgent = agent.call(new Call(TOOL, nothing)).seen().toString();
        var token = ViewGrammar.references(seenByAgent).getFirst();
        var _ = agent.call(new Call("q_show", Crossed.about(token)));
        var shown = stage.product().administer("GET", "/admin/turns/" + agent.id() + "/shown", "");
        check("shown by q_show", shown.at("/items/0/text").asText(), payloads.get(i), checks);
        approved(stage, agent, token, payloads.get(i), checks);
      }
    }
  }

  /** Has a call held, and looks at what the one sees who is to approve it. */
  private void approved(
      Stage stage, AgentTurn agent, String token, String payload, CheckReport checks)
      throws IOException, InterruptedException {
    var arguments = NODES.objectNode().put("text", token);
    var answer = stage.with(agent, HELD).call(new Call(TOOL, arguments));
    var id = answer.seen().at("/structuredContent/approvalId").asText();
    var screen = stage.product().administer("GET", "/admin/calls/" + id, "");
    var references = screen.path("references");
    check("approvals", references.path(token).asText(), payload, checks);
    var others = new ArrayList<String>();
    collect(((ObjectNode) screen.deepCopy()).without("references"), others);
    checks.add(
        "approvals, the rest",
        !references.isEmpty() && others.stream().noneMatch(Payloads::acts),
        others::toString);
  }

  private static void collect(JsonNode tree, List<String> texts) {
    if (tree.isTextual()) {
      texts.add(tree.textValue());
    }
    tree.properties().forEach(member -> texts.add(member.getKey()));
    tree.forEach(child -> collect(child, texts));
  }

  private static Optional<Reply> answer(List<String> payloads, String method, JsonNode params) {
    return switch (method) {
      case "server/discover" -> Optional.of(StatelessServer.discovered(List.of("tools")));
      case "tools/list" -> {
        var tool = NODES.objectNode().put("name", TOOL).put("description", "Reads a page.");
        var argument = tool.putObject("inputSchema").put("type", "object").putObject("properties");
        argument.putObject("text").put("type", "string");
        yield Optional.of(StatelessServer.listed("tools", List.of(tool)));
      }
      case "tools/call" -> {
        var result = NODES.objectNode();
        int number = params.path("_meta").path(CorpusServer.SCENE).asInt();
        var block = result.putArray("content").addObject().put("type", "text");
        block.put("text", payloads.get(number));
        yield Optional.of(Reply.result(result));
      }
      default -> Optional.empty();
    };
  }
}
