package dev.sallyport.gateway.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceModule;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A module with the kinds Shelf and Book. A book is on a shelf; its text is kept out of its
 * document, in a table of its own; a new one has a receipt, which is shown once.
 */
final class RecordingModule implements ResourceModule {
  private final List<List<String>> activated = new ArrayList<>();

  /** The books in force after each activation. */
  List<List<String>> activated() {
    return activated;
  }

  @Override
  public Set<String> kinds() {
    return Set.of("Shelf", "Book");
  }

  @Override
  public Prepared prepare(ResourceSet all) throws InvalidResourcesException {
    for (var book : all.of("Book")) {
      var shelf = book.spec().path("shelf").asText();
      if (all.find("Shelf", shelf).isEmpty()) {
        throw SpecReader.mistake(book, "/spec/shelf", "there is no Shelf " + shelf);
      }
    }
    var books = all.of("Book").stream().map(Resource::name).toList();
    return () -> activated.add(books);
  }

  @Override
  public Absorbed absorb(Resource incoming, Optional<Resource> current, Connection transaction)
      throws SQLException {
    var text = incoming.spec().path("text");
    if (text.isMissingNode()) {
      return new Absorbed(incoming, Map.of());
    }
    forget(incoming.key(), transaction);
    try (var statement =
        transaction.prepareStatement("insert into sample_text (name, text) values (?, ?)")) {
      statement.setString(1, incoming.name());
      statement.setString(2, text.asText());
      statement.executeUpdate();
    }
    ObjectNode stored = incoming.spec().deepCopy().without("text");
    return new Absorbed(
        incoming.withSpec(stored),
        current.isPresent() ? Map.of() : Map.of("receipt", "receipt-" + incoming.name()));
  }

  @Override
  public void forget(Resource.Key removed, Connection transaction) throws SQLException {
    try (var statement = transaction.prepareStatement("delete from sample_text where name = ?")) {
      statement.setString(1, removed.name());
      statement.executeUpdate();
    }
  }
}
