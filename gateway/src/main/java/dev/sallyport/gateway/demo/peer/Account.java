package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;

/**
 * A customer.
 *
 * @param arr what it pays in a year
 * @param renewal the day on which its contract renews
 */
record Account(
    String id, String name, String owner, String email, int arr, LocalDate renewal, String notes) {
  Account withOwner(String newOwner) {
    return new Account(id, name, newOwner, email, arr, renewal, notes);
  }

  Account withNotes(String newNotes) {
    return new Account(id, name, owner, email, arr, renewal, newNotes);
  }

  ObjectNode json() {
    return PeerTool.JSON
        .createObjectNode()
        .put("id", id)
        .put("name", name)
        .put("owner", owner)
        .put("email", email)
        .put("arr", arr)
        .put("renewal", renewal.toString())
        .put("notes", notes);
  }
}
