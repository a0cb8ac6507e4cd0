package dev.sallyport.llm.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.catalog.Cost;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.spi.Usage.Unit;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The forms in which models are told of, by what a client is of. */
enum ModelShape {
  OPENAI {
    @Override
    ObjectNode list(UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates) {
      return data(aliases, rates).put("object", "list");
    }

    @Override
    ObjectNode one(String alias, Optional<Rates> rates) {
      return object()
          .put("id", alias)
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", "sallyport");
    }
  },

  /** Source: Anthropic, "List Models". */
  ANTHROPIC {
    @Override
    ObjectNode list(UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates) {
      var page = new ModelQuery(query, rates).ofAnthropic(aliases);
      var told = page.aliases();
      return data(told, rates)
          .put("has_more", page.next().isPresent())
          .put("first_id", told.isEmpty() ? null : told.getFirst())
          .put("last_id", told.isEmpty() ? null : told.getLast());
    }

    @Override
    ObjectNode one(String alias, Optional<Rates> rates) {
      return object()
          .put("type", "model")
          .put("id", alias)
          .put("display_name", alias)
          .put("created_at", "1970-01-01T00:00:00Z");
    }
  },

  /** Source: OpenRouter, "List all models and their properties". */
  OPENROUTER {
    @Override
    ObjectNode list(UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates) {
      var page = page(query, aliases, rates);
      var list = data(page.aliases(), rates).put("total_count", page.total());
      list.putObject("links").put("next", page.next().orElse(null));
      return list;
    }

    @Override
    ObjectNode one(String alias, Optional<Rates> rates) {
      var model =
          OPENAI
              .one(alias, rates)
              .put("canonical_slug", alias)
              .put("name", alias)
              .put("description", "")
              .putNull("context_length");
      var architecture = model.putObject("architecture").put("modality", "text->text");
      architecture.putArray("input_modalities").add("text");
      architecture.putArray("output_modalities").add("text");
      architecture.put("tokenizer", "Other").putNull("instruct_type");
      model.set("pricing", pricing(rates));
      model
          .putObject("top_provider")
          .putNull("context_length")
          .putNull("max_completion_tokens")
          .put("is_moderated", false);
      model.putNull("per_request_limits").putNull("supported_voices");
      model.putObject("links").put("details", "/api/v1/models/" + alias);
      var supported = model.putArray("supported_parameters");
      EVERYWHERE.forEach(supported::add);
      return model.putNull("default_parameters");
    }
  };

  /** What every protocol carries. */
  private static final List<String> EVERYWHERE =
      List.of("max_tokens", "stop", "temperature", "tool_choice", "tools", "top_p");

  private static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");

  /** The form that a client wants. */
  static ModelShape of(ServerRequest request) {
    if (request.headers().contains(ANTHROPIC_VERSION)) {
      return ANTHROPIC;
    }
    return request.path().path().startsWith("/api/") ? OPENROUTER : OPENAI;
  }

  /**
   * Tells of several models.
   *
   * @param query which of them, and how many, as far as such a client can ask for that
   */
  abstract ObjectNode list(
      UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates);

  /** How many models OpenRouter's list would tell of. */
  static ObjectNode count(
      UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates) {
    var count = object();
    count.putObject("data").put("count", page(query, aliases, rates).total());
    return count;
  }

  private static ModelPage page(
      UriQuery query, List<String> aliases, Function<String, Optional<Rates>> rates) {
    return new ModelQuery(query, rates).ofOpenRouter(aliases, Set.copyOf(EVERYWHERE));
  }

  /** Tells of one. */
  abstract ObjectNode one(String alias, Optional<Rates> rates);

  ObjectNode data(List<String> aliases, Function<String, Optional<Rates>> rates) {
    var list = object();
    var data = list.putArray("data");
    aliases.forEach(alias -> data.add(one(alias, rates.apply(alias))));
    return list;
  }

  /** US dollars a token, and -1 where that is not known. */
  private static ObjectNode pricing(Optional<Rates> rates) {
    return object()
        .put("prompt", usd(rates, Unit.FRESH_IN))
        .put("completion", usd(rates, Unit.TEXT_OUT))
        .put("request", rates.map(Rates::perRequest).map(ModelShape::usd).orElse("-1"))
        .put("internal_reasoning", usd(rates, Unit.REASONING_OUT))
        .put("input_cache_read", usd(rates, Unit.CACHE_READ))
        .put("input_cache_write", usd(rates, Unit.CACHE_WRITE_5M))
        .put("input_cache_write_1h", usd(rates, Unit.CACHE_WRITE_1H));
  }

  private static String usd(Optional<Rates> rates, Unit unit) {
    return rates.map(known -> usd(known.of(unit))).orElse("-1");
  }

  private static String usd(long pico) {
    return new Cost(pico).usd().toPlainString();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
