package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.grant.ToolBindingSpec.Token;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns what bindings demand of access tokens into what a decision looks up. */
final class DemandCompiler {
  /** The most names of one list: all of them go into a header. */
  static final int MOST_NAMES = 16;

  /** A day. */
  static final int MOST_AGE_SECONDS = 86_400;

  private static final String FOR_CLIENTS = "offline_access";

  private final Mistakes mistakes;

  DemandCompiler(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** What is demanded at a place, if anything is. */
  Optional<Demand> demand(Resource resource, String place, @Nullable Token written) {
    if (written == null) {
      return Optional.empty();
    }
    if (written.scopes() == null && written.acr() == null && written.maxAgeSeconds() == null) {
      mistakes.add(resource, place, "demands nothing: give scopes, acr or maxAgeSeconds");
    }
    var scopes = names(resource, place + "/scopes", written.scopes());
    if (scopes.contains(FOR_CLIENTS)) {
      mistakes.add(
          resource, place + "/scopes", "may not hold offline_access: it is for clients alone");
    }
    var acrs = names(resource, place + "/acr", written.acr());
    var age = Optional.ofNullable(written.maxAgeSeconds());
    if (age.filter(seconds -> seconds < 1 || seconds > MOST_AGE_SECONDS).isPresent()) {
      mistakes.add(resource, place + "/maxAgeSeconds", "must be 1 to " + MOST_AGE_SECONDS);
    }
    var by = new Rule(Demand.BINDING + resource.name(), ResourceVersion.of(resource), place);
    var token = new TokenDemand(new TreeSet<>(scopes), acrs, age.map(Duration::ofSeconds));
    return Optional.of(new Demand(token, by));
  }

  private List<String> names(Resource resource, String place, @Nullable List<String> written) {
    if (written == null) {
      return List.of();
    }
    if (written.isEmpty() || written.size() > MOST_NAMES) {
      mistakes.add(resource, place, "must hold 1 to " + MOST_NAMES);
    }
    for (int i = 0; i < written.size(); i++) {
      mistakes.check(resource, place + "/" + i, written.get(i), Names::scope);
    }
    return written.stream().distinct().toList();
  }

  /** That there is a class with which a user may use each tool of a server. */
  void checkPossible(List<Demand> ofServer, Collection<Demand> ofTools) {
    var all = TokenDemand.NONE;
    for (var demand : ofServer) {
      checkPossible(demand, all);
      all = demand.token().and(all);
    }
    for (var demand : ofTools) {
      checkPossible(demand, all);
    }
  }

  private void checkPossible(Demand demand, TokenDemand beside) {
    var acrs = demand.token().acrs();
    if (!acrs.isEmpty()
        && !beside.acrs().isEmpty()
        && acrs.stream().noneMatch(beside.acrs()::contains)) {
      var binding = new Resource.Key(PolicyCompiler.TOOL_BINDING, demand.name());
      var problem = "names no class that is demanded of its server, too: nobody could use it";
      mistakes.addAll(List.of(new Mistake(binding, demand.by().rule() + "/acr", problem)));
    }
  }
}
