package dev.sallyport.llm.route;

import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.catalog.ModelAlias;
import dev.sallyport.llm.catalog.Models;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which aliases are asked for one request, in order. Pure but for what is known of speeds. */
public final class Itinerary {
  /** What callers name who leave the choice to Sallyport. */
  private static final Set<String> IMPLICIT = Set.of("default", "auto");

  private final ChatRequest request;
  private final Models models;
  private final Wishes wishes;
  private final Conversation conversation;

  private Itinerary(ChatRequest request, Models models, Moment moment, Conversation conversation) {
    this.request = request;
    this.models = models;
    this.wishes = new Wishes(request, moment);
    this.conversation = conversation;
  }

  /**
   * The stops; the first is what was asked for, and stands there even if there is no such alias.
   *
   * @param moment when it is to be known who is cheap and who is quick
   * @param conversation what the request belongs to, for deployments that have weights
   */
  public static List<Stop> of(
      ChatRequest request, Models models, Moment moment, Conversation conversation) {
    return new Itinerary(request, models, moment, conversation).stops();
  }

  private List<Stop> stops() {
    var name = request.model();
    boolean chosen = !IMPLICIT.contains(name) || !models.deployments(name).isEmpty();
    var alias = chosen ? name : models.standard().map(ModelAlias::alias).orElse(name);
    var stops = new ArrayList<Stop>();
    stops.add(stop(alias, chosen, false));
    var seen = new LinkedHashSet<>(Set.of(alias));
    for (var other : request.others()) {
      if (seen.add(other)) {
        stops.add(stop(other, true, true));
      }
    }
    var said = models.alias(alias);
    if (request.fallbacksAllowed() && mayChange(said, chosen)) {
      for (var other : said.fallbacks()) {
        if (seen.add(other)) {
          stops.add(stop(other, chosen, false));
        }
      }
    }
    return stops;
  }

  private Stop stop(String alias, boolean chosen, boolean listed) {
    var behind = models.deployments(alias);
    var rules = models.alias(alias);
    if (behind.size() > 1 && !mayChange(rules, chosen)) {
      var identity = behind.getFirst().model();
      behind = behind.stream().filter(one -> one.model().equals(identity)).toList();
    }
    var wanted = wishes.among(Weights.order(behind, conversation), rules);
    return new Stop(
        alias,
        request.fallbacksAllowed() ? wanted : wanted.first(),
        behind.size() > wanted.deployments().size(),
        listed,
        Weights.chose(
            behind, wanted.deployments(), some -> wishes.among(some, rules).deployments()));
  }

  private static boolean mayChange(ModelAlias alias, boolean chosen) {
    return switch (alias.fallback()) {
      case DISABLED -> false;
      case IMPLICIT_DEFAULT -> !chosen;
      case ANY -> true;
    };
  }

  /**
   * One alias that is asked.
   *
   * @param wanted of what stands behind it those that the request would have asked, in order
   * @param narrowed whether not all are asked that stand there, by the request or for their price
   * @param listed whether the caller wants it asked where another failed
   * @param weighed whether the first of them was chosen by weight
   */
  public record Stop(
      String alias, Wanted wanted, boolean narrowed, boolean listed, boolean weighed) {
    /** What is asked, in order. */
    public List<Deployment> deployments() {
      return wanted.deployments();
    }

    /** Whether whoever is asked first of these was chosen by weight. */
    public boolean isWeighed(List<Deployment> asked) {
      return weighed
          && !asked.isEmpty()
          && asked.getFirst().name().equals(deployments().getFirst().name());
    }

    /**
     * Whether it may be asked after another failed so. What the caller is the cause of is asked of
     * nobody else, but for a request that is too long for a model and goes to one of the caller's
     * own list; what a policy refused never is.
     */
    public boolean mayFollow(Kind failure) {
      return failure.elsewhere()
          || (listed && (failure == Kind.CONTEXT_LENGTH || failure == Kind.NOT_FOUND));
    }
  }
}
