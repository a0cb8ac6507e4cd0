package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.catalog.ModelAlias;
import dev.sallyport.llm.catalog.Protocol;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.route.Wanted.Dear;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Sort;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which deployments a request would have asked, by its {@code provider}, and by what the alias says
 * where it does not. {@code order}, {@code only} and {@code ignore} have names of Providers, or
 * OpenRouter's names of whoever serves them, each with a region after a slash if need be. {@code
 * max_price} takes away, and {@code sort} and the preferred speeds put in order. Nothing adds any.
 * OpenRouter itself heeds them among those whom it asks, so that no request takes it away; what the
 * alias says it is not told, so that it is held to the {@code maxPrice} of that as all others are.
 * Pure but for what is known of speeds. Source: OpenRouter, "Provider Routing".
 */
final class Wishes {
  /** Stands before what the alias sorts by, and no request. */
  private static final String OF_ALIAS = "alias:";

  private static final int HALF = 50;

  private final JsonNode order;
  private final JsonNode only;
  private final JsonNode ignore;
  private final PriceWish price;
  private final SpeedWish speed;
  private final Optional<Sort> sort;
  private final Moment moment;
  private final boolean streamed;
  private final boolean others;
  private final boolean none;

  /** Of whom no speed is known, and who is asked first so that one will be. */
  private Optional<String> tried = Optional.empty();

  /**
   * The wishes of a request.
   *
   * @param moment when it is to be known who is cheap and who is quick
   */
  Wishes(ChatRequest request, Moment moment) {
    var provider = request.tree().path("provider");
    order = provider.path("order");
    only = provider.path("only");
    ignore = provider.path("ignore");
    none = provider.isEmpty();
    others = provider.path("allow_fallbacks").asBoolean(true);
    streamed = request.streamed();
    price = new PriceWish(provider.path("max_price"));
    speed = new SpeedWish(provider, moment.speeds(), streamed);
    var by = provider.path("sort");
    sort = Sort.of((by.isObject() ? by.path("by") : by).asText(""));
    this.moment = moment;
  }

  /**
   * Those that may be asked, in order.
   *
   * @param deployments some of those behind one alias
   * @param alias what is said of that
   */
  Wanted among(List<Deployment> deployments, ModelAlias alias) {
    if (none && alias.sort().isEmpty() && alias.maxPrice().isEmpty()) {
      return Wanted.all(deployments);
    }
    var sorted = sort.isEmpty() && order.isEmpty() ? alias.sort() : sort;
    var bound = alias.maxPrice().map(PriceWish::new);
    var ranked = new ArrayList<Ranked>();
    var dear = new ArrayList<Dear>();
    for (var one : deployments) {
      if (isAllowed(one)) {
        bound
            .flatMap(most -> most.objection(rates(one)))
            .or(() -> isOpenRouter(one) ? Optional.empty() : price.objection(rates(one)))
            .ifPresentOrElse(
                why -> dear.add(new Dear(one, why)), () -> ranked.add(ranked(one, sorted)));
      }
    }
    ranked.sort(Ranked.FIRST);
    var left = ranked.stream().map(Ranked::deployment).toList();
    return new Wanted(left, dear, left.size() < 2 ? List.of() : orderedBy(sorted));
  }

  private boolean isAllowed(Deployment one) {
    return isOpenRouter(one)
        || ((only.isEmpty() || place(only, one) < only.size())
            && place(ignore, one) == ignore.size()
            && (others || order.isEmpty() || place(order, one) < order.size()));
  }

  private Ranked ranked(Deployment one, Optional<Sort> sorted) {
    return new Ranked(
        one, place(order, one), speed.isSlow(one), sorted.map(by -> rank(one, by)).orElse(0L));
  }

  /**
   * What is sorted by, the least first. One of whom no speed is known comes last, but first where
   * it is tried; not one that is to be asked only when no other answers.
   */
  private long rank(Deployment one, Sort by) {
    var speeds = moment.speeds();
    return switch (by) {
      case PRICE ->
          rates(one)
              .map(all -> all.of(Unit.FRESH_IN) + all.of(Unit.TEXT_OUT))
              .orElse(Long.MAX_VALUE);
      case LATENCY ->
          speeds
              .millis(one.name(), streamed, HALF)
              .orElseGet(() -> unknown(one, name -> speeds.triesLatency(name, streamed)));
      case THROUGHPUT -> {
        var tokens = speeds.milliTokens(one.name(), HALF);
        yield tokens.isPresent() ? -tokens.getAsLong() : unknown(one, speeds::triesThroughput);
      }
    };
  }

  /** A request tries one at most, and the same whenever it is asked again. */
  private long unknown(Deployment one, Predicate<String> tries) {
    if (tried.isEmpty() && one.share() > 0 && tries.test(one.name())) {
      tried = Optional.of(one.name());
    }
    return tried.filter(one.name()::equals).isPresent() ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /** What is not known stays so where something else is taken for it in budgets. */
  private Optional<Rates> rates(Deployment one) {
    return one.price()
        .at(moment.now(), moment.serviceTier())
        .filter(tariff -> !tariff.isCeiling())
        .map(tariff -> tariff.rates(moment.serviceTier()));
  }

  private List<String> orderedBy(Optional<Sort> sorted) {
    var by = new ArrayList<String>();
    if (!order.isEmpty()) {
      by.add("order");
    }
    by.addAll(speed.members());
    sorted
        .map(Sort::label)
        .map(label -> sort.isPresent() ? label : OF_ALIAS + label)
        .ifPresent(by::add);
    return by;
  }

  private static boolean isOpenRouter(Deployment one) {
    return one.provider().protocol() == Protocol.OPENROUTER;
  }

  /** The place of the first name in a list that a deployment goes by; the list's size if none. */
  private static int place(JsonNode list, Deployment one) {
    int place = 0;
    for (var name : list) {
      if (isCalled(name.asText("").toLowerCase(Locale.ROOT), one)) {
        return place;
      }
      place++;
    }
    return place;
  }

  private static boolean isCalled(String name, Deployment one) {
    int slash = name.indexOf('/');
    var base = slash < 0 ? name : name.substring(0, slash);
    var region = one.provider().site().region();
    boolean here = slash < 0 || region.filter(name.substring(slash + 1)::equals).isPresent();
    return here
        && (one.provider().name().toLowerCase(Locale.ROOT).equals(base)
            || slugs(one).contains(base));
  }

  /** OpenRouter's names; one that only speaks OpenAI's protocol goes by its own name. */
  private static Set<String> slugs(Deployment one) {
    return switch (one.provider().protocol()) {
      case OPENAI ->
          "api.openai.com".equals(one.provider().base().getHost()) ? Set.of("openai") : Set.of();
      case AZURE_OPENAI -> Set.of("azure");
      case ANTHROPIC -> Set.of("anthropic");
      case GEMINI -> Set.of("google-ai-studio");
      case VERTEX -> Set.of("google-vertex");
      case BEDROCK -> Set.of("amazon-bedrock", "aws-bedrock");
      case OPENROUTER -> Set.of("openrouter");
    };
  }

  /** A deployment, and where it stands among the others; those who are equal stay as they were. */
  private record Ranked(Deployment deployment, int place, boolean slow, long rank) {
    static final Comparator<Ranked> FIRST =
        Comparator.comparingInt(Ranked::place)
            .thenComparing(Ranked::slow)
            .thenComparingLong(Ranked::rank);
  }
}
