package dev.sallyport.gateway.demo.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineLimits;
import dev.sallyport.sandbox.quarantine.QuarantinePrompt;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import dev.sallyport.sandbox.quarantine.Vocabulary;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptedModelTest {
  private static final String TOOL =
      "{'type':'function','function':{'name':'crm__whoami','description':'Show who I am',"
          + "'parameters':{'type':'object','properties':{}}}}";
  private static final String ASK =
      "{'model':'m','messages':[{'role':'user','content':'Use whoami.'}],'tools':[" + TOOL + "]%s}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ScriptedModel model =
      new ScriptedModel(0, "model-key", InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z")));

  @AfterEach
  void stop() {
    http.close();
    model.close();
  }

  @Test
  void callsAToolInOpenAisForm() throws Exception {
    var answer = json(chat(ASK.formatted("")).body());

    assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("tool_calls");
    assertThat(answer.at("/choices/0/message/tool_calls/0/function"))
        .isEqualTo(json("{'name':'crm__whoami','arguments':'{}'}"));
    assertThat(answer.at("/usage/total_tokens").intValue()).isPositive();
  }

  @Test
  void streamsAToolCallInOpenAisForm() throws Exception {
    var lines =
        chat(ASK.formatted(",'stream':true,'stream_options':{'include_usage':true}"))
            .body()
            .lines()
            .filter(line -> !line.isEmpty())
            .map(line -> line.replaceFirst("^data: ", ""))
            .toList();

    assertThat(lines.getLast()).isEqualTo("[DONE]");
    assertThat(json(lines.getFirst()).at("/choices/0/delta/role").textValue())
        .isEqualTo("assistant");
    assertThat(json(lines.get(1)).at("/choices/0/delta/tool_calls/0/function/name").textValue())
        .isEqualTo("crm__whoami");
    assertThat(json(lines.get(lines.size() - 3)).at("/choices/0/finish_reason").textValue())
        .isEqualTo("tool_calls");
    assertThat(json(lines.get(lines.size() - 2)).at("/usage/prompt_tokens").intValue())
        .isPositive();
  }

  @Test
  void goesOnAfterTheResultOfATool() throws Exception {
    var answer =
        json(
            chat("""
            {'model':'m','messages':[
              {'role':'system','content':'Be brief.'},
              {'role':'user','content':[{'type':'text','text':'Use whoami.'}]},
              {'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'function',
                'function':{'name':'crm__whoami','arguments':'{}'}}]},
              {'role':'tool','tool_call_id':'c1','content':'I am Eve'}]}
            """)
                .body());

    assertThat(answer.at("/choices/0/message/content").textValue())
        .isEqualTo("Done with whoami. I found: I am Eve.");
  }

  @Test
  void callsAToolInAnthropicsForm() throws Exception {
    var answer = json(messages("").body());

    assertThat(answer.get("stop_reason").textValue()).isEqualTo("tool_use");
    assertThat(answer.at("/content/0/name").textValue()).isEqualTo("whoami");
    assertThat(answer.at("/usage/output_tokens").intValue()).isPositive();
  }

  @Test
  void streamsInAnthropicsForm() throws Exception {
    var events =
        messages(",'stream':true")
            .body()
            .lines()
            .filter(line -> line.startsWith("event: "))
            .map(line -> line.substring(7))
            .distinct()
            .toList();

    assertThat(events)
        .isEqualTo(
            List.of(
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "{}",
        "{'model':7,'messages':[{'role':'user','content':'x'}]}",
        "{'model':'m','messages':[]}",
        "{'model':'m','messages':[{'role':'robot','content':'x'}]}",
        "{'model':'m','stream':'yes','messages':[{'role':'user','content':'x'}]}",
        "{'model':'m','messages':[{'role':'tool','tool_call_id':'c','content':'x'}]}",
        "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'c','function':{'name':'f','arguments':'{}'}}]}]}",
        "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'c','function':{'name':'f','arguments':{}}}]}]}",
        "{'model':'m','messages':[{'role':'user','content':'x'}],'tools':[{'type':'web'}]}"
      })
  void refusesRequestsThatAreNotRight(String body) throws Exception {
    var answer = chat(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer.body()).at("/error/type").textValue())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void wantsItsKey() throws Exception {
    assertThat(post("/chat/completions", "{}", "Authorization", "Bearer x").statusCode())
        .isEqualTo(401);
    assertThat(post("/messages", "{}", "x-api-key", "x").statusCode()).isEqualTo(401);
    assertThat(post("/messages", "{}", "x-api-key", "model-key").statusCode()).isEqualTo(400);
    assertThat(post("/messages", "{}", "Authorization", "Bearer x").statusCode()).isEqualTo(401);
    assertThat(post("/messages", "{}", "Authorization", "Bearer model-key").statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'enum': ['invoice', 'refund']} | "refund"
          {'enum': ['praise']} | null
          {'type': 'boolean'} | true
          {'type': 'integer', 'minimum': 1, 'maximum': 9} | 3
          {'type': 'string', 'format': 'date', 'formatMinimum': '2026-01-01', 'formatMaximum': '2026-12-31'} | "2026-05-04"
          {'type': 'object', 'properties': {'what': {'enum': ['refund']}, 'n': {'enum': ['x']}}} | {"what":"refund","n":null}
          """)
  void answersClosedQuestionsOfTheQuarantine(String schema, String expected) throws Exception {
    var quarantine =
        new Quarantine(QuarantineLimits.defaults(), new SecureRandom(), InstantSource.system());
    var held =
        quarantine.project(
            "t",
            "crm",
            Vocabulary.NONE,
            PeerTool.JSON
                .getNodeFactory()
                .textNode("I want a refund of 3 items\nbought 2026-05-04."));
    var tools = new QuarantineTools(quarantine, this::askedOverHttp, Duration.ofSeconds(20));
    var arguments =
        PeerTool.JSON
            .createObjectNode()
            .put("ref", held.view().textValue())
            .put("question", "Is a refund wanted?");
    arguments.set("schema", json(schema));

    var answer = tools.call("t", "q_ask", arguments).view();

    assertThat(answer.at("/structuredContent/answer")).hasToString(expected);
  }

  private String askedOverHttp(String turn, String content, String question, JsonNode schema)
      throws IOException {
    var request = PeerTool.JSON.createObjectNode().put("model", "m");
    var messages = request.putArray("messages");
    messages.addObject().put("role", "system").put("content", QuarantinePrompt.SYSTEM);
    messages
        .addObject()
        .put("role", "user")
        .put("content", QuarantinePrompt.user(content, question));
    request
        .putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", "answer")
        .set("schema", schema);
    try {
      var answer =
          post("/chat/completions", request.toString(), "Authorization", "Bearer model-key");
      return json(answer.body()).at("/choices/0/message/content").textValue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private HttpResponse<String> chat(String body) throws IOException, InterruptedException {
    return post("/chat/completions", quoted(body), "Authorization", "Bearer model-key");
  }

  private HttpResponse<String> messages(String more) throws IOException, InterruptedException {
    var body =
        "{'model':'m','max_tokens':100,'messages':[{'role':'user','content':'Use whoami.'}],"
            + "'tools':[{'name':'whoami','input_schema':{'type':'object'}}]"
            + more
            + "}";
    return post(
        "/messages", quoted(body), "x-api-key", "model-key", "anthropic-version", "2023-06-01");
  }

  private HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(model.uri() + path))
            .header("Content-Type", "application/json")
            .headers(headers)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return PeerTool.JSON.readTree(quoted(text));
  }

  private static String quoted(String text) {
    return text.startsWith("{'") ? text.replace('\'', '"') : text;
  }
}
