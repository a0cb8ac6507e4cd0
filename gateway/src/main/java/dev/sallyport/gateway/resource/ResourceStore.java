package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.document.Document;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Evidence;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule.Prepared;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.store.Durability;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Everything that administrators set: validated, versioned, and changed all at once or not at all.
 *
 * <p>A change is an action like any other: decided, its intent and its outcome in evidence. In one
 * transaction the owning modules absorb what they keep, all modules check what would result, and
 * the rows are written; after the commit it takes effect everywhere in this process. Other
 * processes on the same database see it by {@link #follow}. Thread-safe.
 */
public final class ResourceStore {
  private static final Logger LOG = System.getLogger(ResourceStore.class.getName());

  /** The most changes that one record lists, so that none of them is too long to be written. */
  private static final int MOST_TOGETHER = 30;

  private final DataSource dataSource;
  private final ResourceModules modules;
  private final ActionPath path;
  private final Evidence evidence;
  private final InstantSource clock;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Snapshot snapshot = new Snapshot(-1, Map.of(), List.of());

  public ResourceStore(
      DataSource dataSource,
      ResourceModules modules,
      ActionPath path,
      Evidence evidence,
      InstantSource clock) {
    this.dataSource = dataSource;
    this.modules = modules;
    this.path = path;
    this.evidence = evidence;
    this.clock = clock;
  }

  /** The kinds that there are. */
  public KindNames kinds() {
    return modules.kinds();
  }

  /** A resource as it stands. */
  public Optional<Stored> find(Resource.Key key) {
    return Optional.ofNullable(snapshot.resources().get(key));
  }

  /** What of a resource that is in force is likely not what was meant, or cannot be used. */
  public List<Mistake> doubts(Resource.Key key) {
    return snapshot.doubts().stream().filter(doubt -> doubt.resource().equals(key)).toList();
  }

  private static String sentence(Mistake doubt) {
    return doubt.resource() + " is doubtful at " + doubt.pointer() + ": " + doubt.problem();
  }

  /** All resources of a kind, by name. */
  public List<Stored> list(String kind) {
    return snapshot.resources().values().stream()
        .filter(stored -> stored.resource().kind().equals(kind))
        .sorted(Comparator.comparing(stored -> stored.resource().name()))
        .toList();
  }

  /**
   * All resources as they would be with these put. Nothing is checked of them but their form and
   * their kinds, and nothing is changed.
   *
   * @throws InvalidDocumentsException if one of them is no resource
   * @throws InvalidResourcesException if one of them is of no kind that there is
   */
  public ResourceSet with(List<Document> documents)
      throws InvalidDocumentsException, InvalidResourcesException {
    var resulting = new HashMap<Resource.Key, Resource>();
    snapshot.resources().forEach((key, stored) -> resulting.put(key, stored.resource()));
    var mistakes = new ArrayList<Mistake>();
    for (var resource : ResourceDocuments.read(documents)) {
      var kind = modules.kinds().find(resource.kind());
      if (kind.filter(resource.kind()::equals).isEmpty()) {
        mistakes.add(modules.unknownKind(resource.key()));
      }
      resulting.put(resource.key(), resource);
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return new ResourceSet(List.copyOf(resulting.values()));
  }

  /** The revision that is in force here; it grows with each change. */
  public long revision() {
    return snapshot.revision();
  }

  /**
   * Puts in force what the database holds, if that is newer than what is.
   *
   * @return whether anything was newer
   * @throws InvalidResourcesException if what it holds cannot be put in force; what was stays
   */
  public boolean follow() throws SQLException, InvalidResourcesException {
    try (var connection = dataSource.getConnection()) {
      var tables = new ResourceTables(connection);
      if (tables.revision() == snapshot.revision()) {
        return false;
      }
      changing.lock();
      try {
        connection.setAutoCommit(false);
        long revision = tables.lock();
        var resources = tables.all();
        connection.rollback();
        if (revision == snapshot.revision()) {
          return false;
        }
        var prepared = modules.prepare(set(resources));
        prepared.activate();
        snapshot = new Snapshot(revision, resources, prepared.doubts());
        snapshot.doubts().forEach(doubt -> LOG.log(Level.WARNING, sentence(doubt)));
        return true;
      } finally {
        changing.unlock();
        connection.setAutoCommit(true);
      }
    }
  }

  /**
   * Makes a change, or checks one.
   *
   * @param actor the administrator
   * @throws InvalidResourcesException with every mistake found; nothing was changed
   * @throws Refusal if it is denied, a version it expects does not stand, what it deletes is not
   *     there, or it cannot be recorded
   */
  public Applied change(Caller actor, ChangeRequest request) throws InvalidResourcesException {
    return switch (path.perform(action(actor, request), permit -> attempt(permit, request))) {
      case Made made -> made.applied();
      case Invalid invalid -> throw invalid.why();
    };
  }

  private Performed<Result> attempt(Permit permit, ChangeRequest request) {
    changing.lock();
    try (var connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var applied = make(connection, permit, request);
        return Performed.succeeded(new Made(applied));
      } catch (InvalidResourcesException e) {
        permit.facts().put("mistakes", e.mistakes().size());
        return new Performed<>(new Invalid(e), new Outcome.Refused(RefusalCode.INVALID_RESOURCE));
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "the store failed to take a change", e);
      throw new Refusal(
          RefusalCode.UNAVAILABLE,
          "The store does not answer. Try again later; if its disk was full, make room and restart"
              + " the gateway.");
    } finally {
      changing.unlock();
    }
  }

  private Applied make(Connection connection, Permit permit, ChangeRequest request)
      throws SQLException, InvalidResourcesException {
    long revision = new ResourceTables(connection).lock();
    var plan = new ChangePlan(modules, connection);
    plan.make(request, clock.instant(), permit.action().caller().principal().id().value());
    Prepared prepared = modules.prepare(plan.resources());
    record(permit, plan.changes(), request.dryRun());
    var doubts = doubts(prepared, request);
    if (request.dryRun()) {
      return new Applied(revision, plan.changes(), doubts, Map.of());
    }
    plan.write(revision + 1);
    connection.commit();
    Durability.sync(connection);
    prepared.activate();
    snapshot = new Snapshot(revision + 1, Map.copyOf(plan.resulting()), prepared.doubts());
    return new Applied(revision + 1, plan.changes(), doubts, plan.shownOnce());
  }

  /** Of what is put now: who puts it can look at it again. */
  private static List<Mistake> doubts(Prepared prepared, ChangeRequest request) {
    var put = request.put().stream().map(Resource::key).collect(Collectors.toSet());
    return prepared.doubts().stream().filter(doubt -> put.contains(doubt.resource())).toList();
  }

  private static Action action(Caller actor, ChangeRequest request) {
    var names = JsonNodeFactory.instance.objectNode();
    var put = names.putArray("put");
    request.put().forEach(resource -> put.add(resource.key().toString()));
    var delete = names.putArray("delete");
    request.delete().forEach(key -> delete.add(key.toString()));
    var payload = CanonicalJson.text(names).getBytes(StandardCharsets.UTF_8);
    return new Action(actor, target(request), names, payload, List.of());
  }

  private static Target target(ChangeRequest request) {
    boolean one = request.put().size() + request.delete().size() == 1;
    if (!one) {
      return new Target.Administration("resources", "*", request.verb());
    }
    var key =
        request.put().isEmpty() ? request.delete().getFirst() : request.put().getFirst().key();
    return new Target.Administration(key.kind(), key.name(), request.verb());
  }

  /** Writes every change down, before it is made: in the outcome, or in events if they are many. */
  private void record(Permit permit, List<Change> changes, boolean dryRun) {
    if (changes.size() <= MOST_TOGETHER) {
      changes.forEach(change -> permit.facts().withArray("changes").add(rendered(change)));
      return;
    }
    permit.facts().put("changes_in_events", changes.size());
    for (int from = 0; from < changes.size() && !dryRun; from += MOST_TOGETHER) {
      var some = changes.subList(from, Math.min(from + MOST_TOGETHER, changes.size()));
      var facts = JsonNodeFactory.instance.objectNode().put("call", permit.callId().value());
      some.forEach(change -> facts.withArray("changes").add(rendered(change)));
      evidence.event("resources.changing", facts);
    }
  }

  private static ObjectNode rendered(Change change) {
    return new ObjectNode(JsonNodeFactory.instance)
        .put("resource", change.resource().toString())
        .put("effect", change.effect().label())
        .put("version", change.version());
  }

  private static ResourceSet set(Map<Resource.Key, Stored> resources) {
    return new ResourceSet(resources.values().stream().map(Stored::resource).toList());
  }

  private record Snapshot(
      long revision, Map<Resource.Key, Stored> resources, List<Mistake> doubts) {}

  private sealed interface Result {}

  private record Made(Applied applied) implements Result {}

  private record Invalid(InvalidResourcesException why) implements Result {}
}
