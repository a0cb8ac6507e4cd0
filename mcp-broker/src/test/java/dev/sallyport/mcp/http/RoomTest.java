package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.Owner;
import dev.sallyport.mcp.testing.TestingBroker;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final Owner ALICE = TestingBroker.ALICE.owner();
  private static final Owner BOB = TestingBroker.BOB.owner();

  private final Room room = new Room(3, 2);

  @Test
  void hasSoManyPlacesForEach() {
    assertThat(room.enter(ALICE)).isTrue();
    assertThat(room.enter(ALICE)).isTrue();
    assertThat(room.enter(ALICE)).isFalse();

    room.leave(ALICE);
    assertThat(room.enter(ALICE)).isTrue();
  }

  @Test
  void hasSoManyPlacesForAll() {
    assertThat(room.enter(ALICE)).isTrue();
    assertThat(room.enter(ALICE)).isTrue();
    assertThat(room.enter(BOB)).isTrue();
    assertThat(room.enter(BOB)).isFalse();

    room.leave(ALICE);
    assertThat(room.enter(BOB)).isTrue();
  }
}
