package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.gateway.eval.Recount.Rule;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Something that an agent was told of what is held.
 *
 * @param tool the tool of the quarantine that it asked, or that of a server
 * @param asked what it asked it with
 * @param came the result as the server sent it, of which only the form is looked at; missing for a
 *     tool of the quarantine
 * @param told the result as the agent has it
 * @param vocabulary the names of members that may be shown
 * @param agreed what is agreed of the result, or of what is looked into
 */
record Crossing(
    String tool,
    JsonNode asked,
    JsonNode came,
    JsonNode told,
    Set<String> vocabulary,
    Agreed agreed) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_BLOCKS = 100;
  private static final Set<String> MEDIA = Set.of("image", "audio", "resource", "resource_link");

  /** Ten layouts, of which five are of failures. */
  private static final int LAYOUTS = 10;

  /** Two of text, one each of image and sound, six of resources, sixteen of links, and others. */
  private static final int BLOCKS = 27;

  private static final int MEDIA_TYPES = 15;

  /** Each of six with a message or not, and with data or not. */
  private static final int ERRORS = 24;

  /** Nothing, the text that was asked about, or what lies there. */
  private static final int LOOKS = 3;

  private static final int ENDINGS = 5;
  private static final double OUTCOME = 2;

  /** What it can have been charged, by the rules but for some. */
  Set<Integer> counts(QuarantineLimits limits, Set<Rule> leftOut) {
    var recount = new Recount(limits, vocabulary, agreed, leftOut);
    var view = told.path("structuredContent");
    if (!came.isMissingNode()) {
      return came(recount, view);
    }
    return switch (tool) {
      case "q_show" -> Set.of(0);
      case "q_ask" -> Set.of((int) Math.ceil(Recount.log2(alternatives() + ENDINGS)));
      case "q_get" -> looked(recount, view);
      default -> made(recount, view);
    };
  }

  /** How many answers a question has; of the forms that are asked here. */
  private double alternatives() {
    var schema = asked.path("schema");
    return schema.has("enum") ? schema.path("enum").size() : 2;
  }

  /** What it can have been charged at most, by all rules. */
  int bits() {
    return counts(QuarantineLimits.defaults(), Set.of()).stream()
        .mapToInt(Integer::intValue)
        .max()
        .orElse(0);
  }

  /** The most that it may tell. */
  int most(QuarantineLimits limits) {
    return agreed.resultBits().orElse(limits.resultBits());
  }

  private Set<Integer> looked(Recount recount, JsonNode view) {
    recount.charge(Rule.LOOK, Recount.log2(LOOKS));
    var value = view.path("value");
    if (!value.isMissingNode() && !value.equals(asked.path("ref"))) {
      recount.content(value);
    }
    if (view.has("length")) {
      recount.chargeLength();
    }
    return recount.counts();
  }

  private Set<Integer> made(Recount recount, JsonNode view) {
    if (!tool.equals("q_compose")) {
      recount.charge(Rule.OUTCOME, OUTCOME);
    }
    if (view.has("count")) {
      recount.number(view.get("count"));
    }
    switch (tool) {
      case "q_compare" -> recount.charge(Rule.TRUTH, 1);
      case "q_sum", "q_min", "q_max" -> recount.aside(view.path("value"));
      default -> {}
    }
    return recount.counts();
  }

  private Set<Integer> came(Recount recount, JsonNode view) {
    if (came.has("code")) {
      recount.charge(Rule.ERROR_CLASS, Recount.log2(ERRORS));
      List.of("message", "data").stream()
          .filter(view::has)
          .forEach(each -> recount.aside(view.get(each)));
      return recount.counts();
    }
    boolean failed = told.path("isError").asBoolean();
    recount.charge(Rule.LAYOUT, Recount.log2(LAYOUTS));
    var body = failed && view.has("details") ? view.get("details") : view;
    var structured = came.path("structuredContent");
    if (structured.isContainerNode()) {
      whole(recount, failed, unwrapped(body, structured));
      attachments(recount);
    } else {
      blocks(recount, failed, body);
    }
    return recount.counts();
  }

  private void blocks(Recount recount, boolean failed, JsonNode body) {
    var blocks = came.path("content");
    if (blocks.isEmpty()) {
      return;
    }
    if (blocks.size() > 1 || !isText(blocks.get(0))) {
      all(recount, body.path("blocks"));
      return;
    }
    var structure = structure(blocks.get(0).path("text").asText());
    if (structure.isMissingNode()) {
      whole(recount, failed, failed ? body.path("message") : body.path("text"));
    } else {
      whole(recount, failed, unwrapped(body, structure));
    }
  }

  /** What is agreed of results is not agreed of failures. */
  private static void whole(Recount recount, boolean failed, JsonNode view) {
    if (failed) {
      recount.aside(view);
    } else {
      recount.content(view);
    }
  }

  /** What stands for a content that is no object, or is not shown as one. */
  private static JsonNode unwrapped(JsonNode body, JsonNode content) {
    boolean wrapped =
        !content.isObject() || (body.size() == 1 && body.has("result") && !content.has("result"));
    return wrapped ? body.path("result") : body;
  }

  /** What stands beside structured content. */
  private void attachments(Recount recount) {
    var beside = told.path("content").path(1);
    if (!beside.isMissingNode()) {
      all(recount, structure(beside.path("text").asText()).path("attachments"));
    }
  }

  private static void all(Recount recount, JsonNode blocks) {
    recount.charge(Rule.BLOCKS, Recount.log2(MAX_BLOCKS + 2));
    for (var block : blocks) {
      recount.charge(Rule.BLOCK, Recount.log2(BLOCKS));
      if (MEDIA.contains(block.path("type").asText())) {
        recount.charge(Rule.MEDIA_TYPE, Recount.log2(MEDIA_TYPES + 1));
      }
      List.of("uri", "name", "title", "description", "json", "text").stream()
          .filter(block::has)
          .forEach(each -> recount.aside(block.get(each)));
    }
  }

  private static boolean isText(JsonNode block) {
    return block.path("type").asText().equals("text") && block.path("text").isTextual();
  }

  private static JsonNode structure(String text) {
    try {
      var parsed = JSON.readTree(text);
      return parsed.isContainerNode() ? parsed : MissingNode.getInstance();
    } catch (IOException _) {
      return MissingNode.getInstance();
    }
  }
}
