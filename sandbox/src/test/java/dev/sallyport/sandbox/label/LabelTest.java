package dev.sallyport.sandbox.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelTest {
  private static final List<Authority> AUTHORITIES = List.of(Authority.values());
  private static final int CASES = 5_000;
  private static final List<String> NAMES =
      List.of("@a.example", "x@a.example", "y@a.example", "@b.example", "x@b.example", "word");

  @Test
  void joinsInAnyOrder() {
    forMany(random -> {
      var one = label(random);
      var other = label(random);

      assertThat(one.join(other)).isEqualTo(other.join(one));
    });
  }

  @Test
  void joinsInAnyGrouping() {
    forMany(random -> {
      var a = label(random);
      var b = label(random);
      var c = label(random);

      assertThat(a.join(b).join(c)).isEqualTo(a.join(b.join(c)));
    });
  }

  @Test
  void changesNothingButTheInfluenceWhereItIsJoinedWithItself() {
    forMany(random -> {
      var label = label(random);

      assertThat(label.join(label).withInfluence(0)).isEqualTo(label.withInfluence(0));
    });
  }

  @Test
  void isNotChangedByTheCleanLabel() {
    forMany(random -> {
      var label = label(random);

      assertThat(label.join(Label.CLEAN)).isEqualTo(label);
      assertThat(Label.CLEAN.join(label)).isEqualTo(label);
    });
  }

  @Test
  void neverRaisesTrust() {
    forMany(random -> {
      var one = label(random);
      var other = label(random);

      assertThat(one.join(other).isAtMost(one)).isTrue();
      assertThat(one.join(other).isAtMost(other)).isTrue();
      assertThat(one.isAtMost(Label.CLEAN)).isTrue();
    });
  }

  @Test
  void staysInOrderWhereBothSidesAreJoinedWithTheSame() {
    forMany(random -> {
      var lower = label(random);
      var higher = label(random);
      var same = label(random);
      if (lower.isAtMost(higher)) {
        assertThat(lower.join(same).isAtMost(higher.join(same))).isTrue();
      }
      assertThat(lower.join(higher).join(same).isAtMost(higher.join(same))).isTrue();
    });
  }

  @Test
  void tellsApartWhatIsTrustedMoreInOneRespect() {
    var label = new Label(Set.of("crm"), Authority.PARTNER, Readers.of("@a.example"), 8);

    assertThat(label.isAtMost(label)).isTrue();
    assertThat(new Label(Set.of(), Authority.PARTNER, Readers.of("@a.example"), 8).isAtMost(label))
        .isFalse();
    assertThat(label.withAuthority(Authority.ORG).isAtMost(label)).isFalse();
    assertThat(label.withReaders(Readers.EVERYONE).isAtMost(label)).isFalse();
    assertThat(label.withInfluence(7).isAtMost(label)).isFalse();
  }

  @Test
  void sumsTheInfluenceUpToTheLargestNumber() {
    var almost = Label.CLEAN.withInfluence(Integer.MAX_VALUE - 1);

    assertThat(almost.join(Label.CLEAN.withInfluence(1)).influence()).isEqualTo(Integer.MAX_VALUE);
    assertThat(almost.join(almost).influence()).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> Label.CLEAN.withInfluence(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void namesAsManyWritersAsThereIsRoomFor() {
    var most = written(0, Label.MAX_WRITERS);

    assertThat(most.writers()).hasSize(Label.MAX_WRITERS);
    assertThat(most.join(written(5, 1)).writers()).hasSize(Label.MAX_WRITERS);
    assertThat(most.join(written(Label.MAX_WRITERS, 1)).writers()).containsExactly(Label.MANY);
    assertThat(written(0, 1).join(written(0, Label.MAX_WRITERS + 1)).writers())
        .containsExactly(Label.MANY);
  }

  private static Label written(int from, int count) {
    var writers =
        IntStream.range(from, from + count).mapToObj(i -> "w" + i).collect(Collectors.toSet());
    return new Label(writers, Authority.PUBLIC, Readers.EVERYONE, 0);
  }

  private static void forMany(Consumer<Random> rule) {
    IntStream.range(0, CASES).mapToObj(Random::new).forEach(rule);
  }

  private static Label label(Random random) {
    return new Label(
        random.ints(random.nextInt(4), 0, 70).mapToObj(i -> "w" + i).collect(Collectors.toSet()),
        AUTHORITIES.get(random.nextInt(AUTHORITIES.size())),
        readers(random),
        random.nextInt(5) == 0 ? Integer.MAX_VALUE - random.nextInt(3) : random.nextInt(100));
  }

  private static Readers readers(Random random) {
    return random.nextInt(4) == 0
        ? Readers.EVERYONE
        : Readers.of(NAMES.stream().filter(_ -> random.nextBoolean()).toList());
  }
}
