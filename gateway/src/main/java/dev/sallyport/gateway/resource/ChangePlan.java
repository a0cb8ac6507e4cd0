package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one change makes of all resources, worked out inside its transaction. */
final class ChangePlan {
  private final ResourceModules modules;
  private final Connection transaction;
  private final ResourceTables tables;
  private final Map<Resource.Key, Stored> resulting;
  private final List<Change> changes = new ArrayList<>();
  private final List<Stored> written = new ArrayList<>();
  private final List<Stored> erased = new ArrayList<>();
  private final Map<Resource.Key, Map<String, String>> shownOnce = new HashMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  ChangePlan(ResourceModules modules, Connection transaction)
      throws SQLException, InvalidResourcesException {
    this.modules = modules;
    this.transaction = transaction;
    this.tables = new ResourceTables(transaction);
    this.resulting = new HashMap<>(tables.all());
  }

  List<Change> changes() {
    return changes;
  }

  Map<Resource.Key, Map<String, String>> shownOnce() {
    return shownOnce;
  }

  Map<Resource.Key, Stored> resulting() {
    return resulting;
  }

  ResourceSet resources() {
    return new ResourceSet(resulting.values().stream().map(Stored::resource).toList());
  }

  /** Works out the change, with what modules keep of it already in the transaction. */
  void make(ChangeRequest request, Instant at, String by)
      throws SQLException, InvalidResourcesException {
    expect(request.expected());
    var seen = new HashSet<Resource.Key>();
    for (var key : request.delete()) {
      remove(key, at, by);
    }
    for (var resource : request.put()) {
      if (seen.add(resource.key())) {
        put(resource, at, by);
      } else {
        mistakes.add(new Mistake(resource.key(), "", "is given twice in one change"));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
  }

  /** Puts the change into the tables, as a revision of its own. */
  void write(long revision) throws SQLException {
    for (var stored : written) {
      tables.write(stored);
      tables.remember(stored, revision, false);
    }
    for (var stored : erased) {
      tables.erase(stored.resource().key());
      tables.remember(stored, revision, true);
    }
    tables.advance(revision);
  }

  private void expect(Map<Resource.Key, Long> expected) {
    for (var entry : expected.entrySet()) {
      var stored = resulting.get(entry.getKey());
      if ((stored == null ? 0 : stored.version()) != entry.getValue()) {
        throw new Refusal(RefusalCode.CONFLICT);
      }
    }
  }

  private void remove(Resource.Key key, Instant at, String by) throws SQLException {
    var stored = resulting.remove(key);
    var owner = modules.owner(key.kind());
    if (stored == null || owner.isEmpty()) {
      throw new Refusal(RefusalCode.UNKNOWN_RESOURCE);
    }
    owner.get().forget(key, transaction);
    long version = tables.lastVersion(key) + 1;
    erased.add(new Stored(stored.resource(), version, at, by));
    var nothing = JsonNodeFactory.instance.missingNode();
    var diff = Diff.between(CanonicalJson.document(stored.resource()), nothing);
    changes.add(new Change(key, Change.Effect.DELETED, version, diff));
  }

  private void put(Resource incoming, Instant at, String by) throws SQLException {
    var key = incoming.key();
    var owner = modules.owner(incoming.kind());
    if (owner.isEmpty()) {
      mistakes.add(modules.unknownKind(key));
      return;
    }
    var current = Optional.ofNullable(resulting.get(key));
    try {
      var absorbed = owner.get().absorb(incoming, current.map(Stored::resource), transaction);
      if (!absorbed.shownOnce().isEmpty()) {
        shownOnce.put(key, absorbed.shownOnce());
      }
      keep(absorbed.stored(), current, at, by);
    } catch (InvalidResourcesException e) {
      mistakes.addAll(e.mistakes());
    }
  }

  private void keep(Resource resource, Optional<Stored> current, Instant at, String by)
      throws SQLException {
    var key = resource.key();
    var after = CanonicalJson.document(resource);
    if (current.isEmpty()) {
      var version = store(resource, at, by);
      var diff = Diff.between(JsonNodeFactory.instance.missingNode(), after);
      changes.add(new Change(key, Change.Effect.CREATED, version, diff));
      return;
    }
    var diff = Diff.between(CanonicalJson.document(current.get().resource()), after);
    if (diff.isEmpty()) {
      var version = current.get().version();
      changes.add(new Change(key, Change.Effect.UNCHANGED, version, diff));
    } else {
      changes.add(new Change(key, Change.Effect.UPDATED, store(resource, at, by), diff));
    }
  }

  private long store(Resource resource, Instant at, String by) throws SQLException {
    long version = tables.lastVersion(resource.key()) + 1;
    var stored = new Stored(resource, version, at, by);
    written.add(stored);
    resulting.put(resource.key(), stored);
    return version;
  }
}
