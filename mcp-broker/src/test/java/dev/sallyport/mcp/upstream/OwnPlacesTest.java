package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OwnPlacesTest {
  private final AtomicLong now = new AtomicLong();
  private final List<String> made = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private final OwnPlaces<String> places = new OwnPlaces<>(2, now::get);

  @Test
  void keepsWhatIsMadeForEachOwner() {
    use("ann", kept -> kept);
    use("bob", kept -> kept);
    assertThat(use("ann", kept -> kept)).isEqualTo("ann");
    assertThat(made).containsExactly("ann", "bob");
  }

  @Test
  void makesRoomOfWhatWasUnusedLongest() {
    use("ann", kept -> kept);
    use("bob", kept -> kept);
    use("ann", kept -> kept);
    use("eve", kept -> kept);

    assertThat(ended).containsExactly("bob");
  }

  @Test
  void endsNothingThatIsUsed() {
    var answer =
        use(
            "ann",
            _ ->
                use(
                    "bob",
                    _ -> {
                      assertThatThrownBy(() -> use("eve", kept -> kept))
                          .satisfies(hasCode(RefusalCode.RATE_LIMITED));
                      now.addAndGet(OwnPlaces.IDLE.toNanos() * 2);
                      return places.expired().toString();
                    }));

    assertThat(answer).isEqualTo("[]");
    assertThat(use("eve", kept -> kept)).isEqualTo("eve");
  }

  @Test
  void givesWhatWasNotUsedForLong() {
    use("ann", kept -> kept);
    now.addAndGet(1);
    use("bob", kept -> kept);
    now.addAndGet(OwnPlaces.IDLE.toNanos() - 1);

    assertThat(places.expired()).containsExactly("ann");
    assertThat(places.all()).containsExactly("bob");
  }

  private String use(String owner, Function<String, String> use) {
    return places.using(
        Owner.alone(new PrincipalId("spiffe://prod/agent/" + owner)),
        ClientFace.PLAIN,
        () -> {
          made.add(owner);
          return owner;
        },
        ended::add,
        use);
  }
}
