package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.ProviderAdapter;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.TokenEstimate;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever JSON stands at whatever place of a request, it is refused in our words or carried: no
 * reader and no encoder fails on it in another way.
 */
final class HostileShapesTest {
  /** What may stand where something else is meant. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "5",
          "1e999999999",
          "\"x\"",
          "\"\\ud800\"",
          "\"data:;base64,%\"",
          "\"sallyport.1.W3sidHlwZSI6NX0sN10\"",
          "\"sallyport.1.W3siaW5kZXgiOnt9LCJmb3JtYXQiOltdLCJ0ZXh0Ijp7fX1d\"",
          "[]",
          "[1]",
          "[null]",
          "[{}]",
          "{}",
          "{\"type\":5}",
          "{\"type\":{},\"function\":[]}",
          "{\"$ref\":\"#/a\"}");

  private static final Map<Form, String> RICH =
      Map.of(
          Form.CHAT,
          """
          {"model":"m","n":1,"temperature":0.5,"top_p":0.5,"top_k":3,"seed":1,"stop":["a"],
           "max_tokens":9000,"max_completion_tokens":9000,"logprobs":true,"top_logprobs":2,
           "frequency_penalty":0.1,"logit_bias":{"5":1},"user":"u","service_tier":"auto",
           "metadata":{"k":"v"},"modalities":["text"],"audio":{"voice":"v","format":"wav"},
           "verbosity":"low","prompt_cache_key":"k","stream":true,
           "stream_options":{"include_usage":true},"parallel_tool_calls":false,
           "reasoning":{"effort":"high","max_tokens":2000,"exclude":true,"enabled":true},
           "provider":{"require_parameters":false,"allow_fallbacks":true,"order":["a"],
             "sort":{"by":"price","partition":"model"},"max_price":{"prompt":1,"completion":"2.5"},
             "preferred_max_latency":{"p50":1.5},"preferred_min_throughput":5},
           "models":["m","b"],"prediction":{"type":"content","content":"x"},
           "tools":[{"type":"function","cache_control":{"type":"ephemeral","ttl":"5m"},"function":
             {"name":"f","description":"d","strict":true,"parameters":{"type":["object","null"],
               "$defs":{"a":{"enum":["x",null]}},"required":["p"],"additionalProperties":false,
               "properties":{"p":{"$ref":"#/$defs/a"},"q":{"anyOf":[{"type":"string"},{"const":1}]},
                 "r":{"allOf":[{"type":"array","items":{"type":"number","format":"float"}}]}}}}},
             {"type":"custom","custom":{"name":"c","format":{"type":"grammar",
               "grammar":{"syntax":"lark","definition":"s"}}}}],
           "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[
             {"type":"function","function":{"name":"f"}}]}},
           "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,
             "schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
           "messages":[{"role":"system","content":[{"type":"text","text":"s",
               "cache_control":{"type":"ephemeral"}}]},
             {"role":"user","name":"u","content":[{"type":"text","text":"t"},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}},
               {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}}]},
             {"role":"assistant","content":null,"refusal":"r","reasoning":"t","reasoning_details":[
               {"type":"reasoning.text","text":"t","signature":"s","format":"anthropic-claude-v1","index":0},
               {"type":"reasoning.encrypted","data":"d","id":"c1","format":"google-gemini-v1","index":1},
               {"type":"reasoning.summary","summary":"s","id":"rs","format":"openai-responses-v1","index":2}],
               "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
                 {"id":"c2","type":"custom","custom":{"name":"c","input":"i"}}]},
             {"role":"tool","tool_call_id":"c1","is_error":true,"content":[{"type":"text","text":"o"}]},
             {"role":"tool","tool_call_id":"c2","content":"o"}]}
          """,
          Form.MESSAGES,
          """
          {"model":"m","max_tokens":9000,"temperature":0.5,"top_p":0.5,"top_k":3,"stream":true,
           "stop_sequences":["a"],"metadata":{"user_id":"u"},"service_tier":"auto",
           "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
           "thinking":{"type":"enabled","budget_tokens":2000,"display":"omitted"},
           "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}},
           "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,
               "cache_control":{"type":"ephemeral"}},{"type":"web_search_20250305","name":"w"}],
           "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
           "provider":{"require_parameters":false},
           "messages":[{"role":"user","content":[{"type":"text","text":"t"},
               {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
               {"type":"document","title":"d","context":"c","citations":{"enabled":true},
                 "source":{"type":"url","url":"https://example.com/a.pdf"}},
               {"type":"document","source":{"type":"content","content":[{"type":"text","text":"t"}]}},
               {"type":"document","source":{"type":"text","media_type":"text/plain","data":"t"}},
               {"type":"document","source":{"type":"file","file_id":"f"}},
               {"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"t"}]}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
               {"type":"redacted_thinking","data":"d"},{"type":"text","text":"t"},
               {"type":"tool_use","id":"c1","name":"f","input":{"a":1}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","is_error":true,
               "cache_control":{"type":"ephemeral"},"content":[{"type":"text","text":"o"}]}]}]}
          """,
          Form.RESPONSES,
          """
          {"model":"m","instructions":"i","max_output_tokens":9000,"temperature":0.5,"stream":true,
           "store":false,"background":false,"truncation":"auto","include":["x"],"top_logprobs":2,
           "metadata":{"k":"v"},"service_tier":"auto","user":"u","max_tool_calls":2,
           "reasoning":{"effort":"high","summary":"auto","generate_summary":"auto"},
           "text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{},"strict":true}},
           "models":["m"],"provider":{"require_parameters":false},"parallel_tool_calls":true,
           "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true},
             {"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"s"}},
             {"type":"web_search"}],
           "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]},
           "input":[{"role":"user","content":[{"type":"input_text","text":"t"},
               {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"low"},
               {"type":"input_image","file_id":"f"},{"type":"input_file","file_url":"https://e.com/a"},
               {"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]},
             {"type":"reasoning","id":"rs","encrypted_content":"e","summary":[{"type":"summary_text","text":"s"}],
               "content":[{"type":"reasoning_text","text":"t"}]},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"t"},
               {"type":"refusal","refusal":"r"}]},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
             {"type":"custom_tool_call","call_id":"c2","name":"c","input":"i"},
             {"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"o"}]},
             {"type":"custom_tool_call_output","call_id":"c2","output":"o"}]}
          """,
          Form.EMBEDDINGS,
          "{\"model\":\"m\",\"input\":[\"a\",[1,2]],\"dimensions\":4,\"encoding_format\":\"float\"}");

  private static final Quirks ODD =
      new Quirks(
          Map.of("max_completion_tokens", "max_tokens"),
          Set.of("logprobs", "stream_options"),
          Set.of("name"),
          Set.of("top_k"),
          false,
          false,
          Quirks.ToolCallIds.NINE,
          Optional.of("reasoning_content"),
          Quirks.Counting.PLAIN,
          true);

  /** So many that every encoder meets every family of models that it knows. */
  private static final List<Attempt> ATTEMPTS =
      List.of(
          attempt("gpt-5", "google", Site.Api.RESPONSES, Quirks.NONE),
          attempt("claude-opus-4-6", "anthropic", Site.Api.CHAT, Quirks.NONE),
          attempt("gemini-2.5-pro", "google", Site.Api.CHAT, Quirks.NONE),
          attempt("claude-3-7-sonnet", "anthropic", Site.Api.CHAT, ODD),
          attempt("amazon.nova-2-lite-v1:0", "amazon", Site.Api.CHAT, Quirks.NONE));

  private static Attempt attempt(String model, String publisher, Site.Api api, Quirks quirks) {
    var site =
        new Site(
            Optional.of("p"),
            Optional.of("r"),
            Optional.empty(),
            Optional.of(publisher),
            api,
            quirks);
    return new Attempt(model, 4_096, true, Instant.EPOCH, Form.CHAT, site);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void refusesOrCarriesAnyShapeAtAnyPlace(Form form) {
    var skin = skin(form);
    var rich = rich(form);
    assertThat(asked(skin, WireJson.bytes(rich))).isPresent();
    var odd = new ArrayList<String>();
    var read = new ArrayList<String>();
    for (var place : places(rich)) {
      for (var value : VALUES) {
        var what = place + " = " + value;
        var asked = asked(skin, WireJson.bytes(with(rich, place, value)));
        asked.ifPresent(one -> {
          read.add(what);
          encodeEverywhere(one, what, odd);
        });
      }
    }
    assertThat(odd).isEmpty();
    assertThat(read.size()).isGreaterThan(form == Form.EMBEDDINGS ? 30 : 500);
  }

  /** Bodies of which no part is at the place where it is looked for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "[]",
        "null",
        "{",
        "{}",
        "{} {}",
        "\u0000",
        "{\"model\":\"m\",\"model\":\"n\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"model\":\"m\",\"messages\":[1],\"input\":[null],\"max_tokens\":1}",
        "{\"model\":\"m\",\"messages\":{\"0\":{}},\"input\":{\"0\":{}},\"max_tokens\":1}",
        "{\"model\":\"m\",\"messages\":[[]],\"input\":[[]],\"max_tokens\":1}",
        "{\"model\":[\"m\"],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":1}",
        "{\"models\":[[]],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":1}"
      })
  void refusesBodiesThatAreNoRequests(String body) {
    for (var form : List.of(Form.CHAT, Form.MESSAGES, Form.RESPONSES)) {
      assertThatThrownBy(() -> skin(form).read(body.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(Refusal.class);
    }
  }

  /** Go reads {@code Model} as {@code model}, and the last of the two is what holds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Model",
        "MODELS",
        "Max_Tokens",
        "max_token\u017F",
        "MAX_COMPLETION_TOKENS",
        "N",
        "Stream",
        "Messages",
        "\u017Ftream",
        "Tools",
        "Store"
      })
  void refusesDecisiveNamesInOtherCapitals(String name) {
    for (var form : List.of(Form.CHAT, Form.MESSAGES, Form.RESPONSES)) {
      var rich = rich(form).put(name, 5);
      assertThatThrownBy(() -> skin(form).read(WireJson.bytes(rich)))
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.advice()).contains("in small letters"));
    }
  }

  @Test
  void refusesMembersOfMessagesInOtherCapitals() {
    for (var name : List.of("Content", "ROLE", "Tool_Calls")) {
      var body =
          "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"%s\":\"y\"}]}"
              .formatted(name);
      assertThatThrownBy(() -> skin(Form.CHAT).read(body.getBytes(StandardCharsets.UTF_8)))
          .hasMessageContaining("in small letters");
    }
  }

  /** What looks like a decisive name, and is none, is nobody's business here. */
  @Test
  void letsOtherNamesBe() {
    for (var name : List.of("ModelX", "Metadata", "n_", "Seed")) {
      var rich = rich(Form.CHAT).put(name, 5);
      assertThat(asked(skin(Form.CHAT), WireJson.bytes(rich))).isPresent();
    }
  }

  private static Skin skin(Form form) {
    return Wires.skins(InstantSource.fixed(Instant.EPOCH)).stream()
        .filter(skin -> skin.form() == form)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<ModelRequest> asked(Skin skin, byte[] body) {
    try {
      return Optional.of(skin.read(body));
    } catch (Refusal _) {
      return Optional.empty();
    }
  }

  private static void encodeEverywhere(ModelRequest asked, String what, List<String> odd) {
    try {
      assertThat(TokenEstimate.of(asked.chat())).isNotNegative();
      assertThat(Estimate.mostIn(asked)).isPositive();
      assertThat(asked.chat().others()).doesNotContain(asked.model());
    } catch (RuntimeException e) {
      odd.add(what + " looked at: " + e);
    }
    for (var adapter : Wires.adapters()) {
      for (var attempt : ATTEMPTS) {
        var wrong = wrong(adapter, asked, of(attempt, asked.form()));
        if (!wrong.isEmpty()) {
          odd.add(what + " by " + adapter.protocol() + " " + attempt.upstreamModel() + wrong);
        }
      }
    }
  }

  private static String wrong(ProviderAdapter adapter, ModelRequest asked, Attempt attempt) {
    try {
      encode(adapter, asked, attempt);
      return "";
    } catch (CannotCarryException _) {
      return ""; // said in words of ours
    } catch (RuntimeException | StackOverflowError e) {
      return ": " + e;
    }
  }

  private static ObjectNode rich(Form form) {
    return Wire.object(Objects.requireNonNull(RICH.get(form)));
  }

  private static Attempt of(Attempt attempt, Form form) {
    return new Attempt(
        attempt.upstreamModel(),
        attempt.maxOutputTokens(),
        attempt.limited(),
        attempt.at(),
        form,
        attempt.site());
  }

  private static void encode(ProviderAdapter adapter, ModelRequest asked, Attempt attempt)
      throws CannotCarryException {
    var passage = asked.own().flatMap(_ -> adapter.passage(asked.form(), attempt.site()));
    if (passage.isPresent()) {
      var own = asked.own().orElseThrow();
      Wire.object(passage.get().encode(own, attempt).body());
      assertThat(asked.form() == Form.EMBEDDINGS || passage.get().stream(own, attempt) != null)
          .isTrue();
    }
    var counter = adapter.counter(attempt.site());
    if (counter.isPresent()) {
      assertThat(counter.get().encode(asked, attempt).body()).isNotEmpty();
    }
    assertThat(adapter.stream(asked.chat(), attempt).contentBytes()).isZero();
    assertThat(adapter.encode(asked.chat(), attempt).body()).isNotEmpty();
  }

  /** Every place at which something stands, as pointers. */
  private static List<String> places(JsonNode tree) {
    var places = new ArrayList<String>();
    gather(tree, "", places);
    return places;
  }

  private static void gather(JsonNode tree, String place, List<String> places) {
    if (!place.isEmpty()) {
      places.add(place);
    }
    tree.properties()
        .forEach(
            one -> gather(one.getValue(), place + "/" + one.getKey().replace("/", "~1"), places));
    for (int i = 0; tree.isArray() && i < tree.size(); i++) {
      gather(tree.get(i), place + "/" + i, places);
    }
  }

  private static ObjectNode with(ObjectNode rich, String place, String value) {
    var changed = rich.deepCopy();
    int last = place.lastIndexOf('/');
    var name = place.substring(last + 1);
    var put = Wire.object("{\"value\":" + value + "}").get("value");
    if (changed.at(place.substring(0, last)) instanceof ArrayNode list) {
      list.set(Integer.parseInt(name), put);
    } else if (changed.at(place.substring(0, last)) instanceof ObjectNode object) {
      object.set(name, put);
    }
    return changed;
  }
}
