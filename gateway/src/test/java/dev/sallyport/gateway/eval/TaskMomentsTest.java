package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskMomentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from 8am to 1 p.m. | 08:00 | true",
        "from 8am to 1 p.m. | 13:00 | true",
        "from 8am to 1 p.m. | 01:00 | false",
        "at 2:30 pm | 14:30 | true",
        "at 2:30 pm | 02:30 | false",
        "at 12 am | 00:00 | true",
        "at noon for half an hour | 12:30 | true",
        "at 10:00 for two hours | 12:00 | true",
        "at 10:00 for two hours | 13:00 | false",
        "at 10:00, 15 minutes before | 09:45 | true",
        "the whole day | 23:59 | true",
        "on may 18th | 23:59 | true",
        "on may 18th | 00:00 | true",
        "on may 18th | 08:00 | false",
        "on may 18th at 8:00 | 23:59 | false",
        "2027-06-12t09:30:00+02:00 | 09:30 | true",
        "2027-06-12t09:30:00+02:00 | 02:00 | false",
        "at 25:00 | 01:00 | false"
      })
  void tellTimesAndWhatIsSoFarFromThem(String task, LocalTime time, boolean told) {
    assertThat(new TaskMoments(task).tell(time)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "on 2027-06-12 for three nights | 2027-06-15 | true",
        "on 2027-06-12 for three nights | 2027-06-16 | false",
        "a week after 12 june 2027 | 2027-06-19 | true",
        "from june 12 to june 14th, 2027 | 2027-06-12 | true",
        "2027-06-12t09:30:00z | 2027-06-12 | true",
        "on june 12 | 2027-06-12 | false"
      })
  void tellDaysAndWhatIsSoFarFromThem(String task, LocalDate day, boolean told) {
    assertThat(new TaskMoments(task).tell(day)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "on may 18th | 2027-05-18 | true",
        "on the 18th of may | 2024-05-18 | true",
        "on may 18th | 2027-05-17 | false",
        "on 18 mops | 2027-05-18 | false",
        "on may 18th, 2027 | 2024-05-18 | false"
      })
  void leaveTheYearOfADayOpen(String task, LocalDate day, boolean told) {
    assertThat(new TaskMoments(task).tellOfAnyYear(day)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "today | 2027-05-15 | true",
        "tomorrow | 2027-05-16 | true",
        "yesterday | 2027-05-14 | true",
        "in 3 days | 2027-05-18 | true",
        "a month ago | 2027-04-15 | true",
        "on monday | 2027-05-17 | true",
        "on monday | 2027-05-24 | false",
        "on monday | 2027-05-18 | false",
        "soon | 2027-05-16 | false"
      })
  void tellHowFarADayIsFromOneThatIsKnown(String task, LocalDate day, boolean told) {
    assertThat(new TaskMoments(task).tellFrom(LocalDate.parse("2027-05-15"), day)).isEqualTo(told);
  }
}
