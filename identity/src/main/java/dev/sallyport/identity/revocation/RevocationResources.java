package dev.sallyport.identity.revocation;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.Revocations;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kind Revocation. It is the last module to take effect, since after each change, of whatever
 * kind, it has those cut who are not let in any more, or may not do any more what they do.
 * Thread-safe; a look takes no lock.
 */
public final class RevocationResources implements ResourceModule, Revocations {
  static final String REVOCATION = "Revocation";
  private static final String UNTIL = "until";

  private final InstantSource clock;
  private final Runnable changed;
  private volatile Map<PrincipalId, Instant> revoked = Map.of();

  /**
   * Nobody is kept out before the first activation.
   *
   * @param changed is done after each change, with all of it in force; must not block
   */
  public RevocationResources(InstantSource clock, Runnable changed) {
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public Set<String> kinds() {
    return Set.of(REVOCATION);
  }

  @Override
  public boolean has(Principal principal) {
    var now = revoked;
    if (now.isEmpty()) {
      return false;
    }
    return has(now, principal.id())
        || principal
            .delegation()
            .filter(delegation ->
                has(now, delegation.user())
                    || delegation.chain().stream().anyMatch(actor -> has(now, actor)))
            .isPresent();
  }

  private boolean has(Map<PrincipalId, Instant> now, PrincipalId id) {
    var until = now.get(id);
    return until != null && clock.instant().isBefore(until);
  }

  /** One that is over from the beginning keeps nobody out, which is hardly what is meant. */
  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws InvalidResourcesException {
    var written = incoming.spec().path(UNTIL);
    boolean isNew = current.filter(it -> it.spec().path(UNTIL).equals(written)).isEmpty();
    if (isNew && written.isTextual()) {
      var end = SpecReader.read(incoming, RevocationSpec.class).end();
      if (!clock.instant().isBefore(end)) {
        throw SpecReader.mistake(
            incoming, "/spec/" + UNTIL, "is past: name a moment that is still to come");
      }
    }
    return new Absorbed(incoming, Map.of());
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    var mistakes = new ArrayList<Mistake>();
    var next = new HashMap<PrincipalId, Instant>();
    for (var resource : all.of(REVOCATION)) {
      try {
        var spec = SpecReader.read(resource, RevocationSpec.class);
        next.merge(spec.who(), spec.end(), (one, other) -> one.isAfter(other) ? one : other);
      } catch (InvalidResourcesException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    var taken = Map.copyOf(next);
    return () -> {
      revoked = taken;
      changed.run();
    };
  }
}
