package dev.waypoint.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.testing.FakeTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraceBookTest {

    private final FakeTime time = new FakeTime();
    private final TraceBook book = new TraceBook(time);

    private static HttpHeadersBuilder marked(String mark) {
        return HttpHeaders.builder().set(TraceBook.HEADER, mark);
    }

    @Test
    void nothingIsLookedAtBeforeSomebodyAsks() {
        assertThat(book.isArmed()).isFalse();
        book.newMark();
        assertThat(book.isArmed()).isTrue();
    }

    @Test
    void onlyMarksThatWereGivenCountAndAllAreTakenOff() {
        String mark = book.newMark();
        HttpHeadersBuilder good = marked(mark);
        HttpHeadersBuilder guessed = marked("00112233445566778899aabbccddeeff");

        assertThat(book.takeMark(good)).contains(mark);
        assertThat(book.takeMark(guessed)).isEmpty();
        assertThat(book.takeMark(HttpHeaders.builder())).isEmpty();
        assertThat(good.contains(TraceBook.HEADER)).isFalse();
        assertThat(guessed.contains(TraceBook.HEADER)).isFalse();
    }

    @Test
    void marksEndByThemselves() {
        String mark = book.newMark();
        time.pass(TraceBook.LIFE.plus(Duration.ofSeconds(1)));

        assertThat(book.takeMark(marked(mark))).isEmpty();
        assertThat(book.isArmed()).isFalse();
    }

    @Test
    void theOldestMarkMakesRoom() {
        Set<String> marks = new HashSet<>();
        String first = book.newMark();
        for (int i = 0; i < 16; i++) {
            time.pass(Duration.ofMillis(1));
            marks.add(book.newMark());
        }

        assertThat(marks)
                .hasSize(16)
                .allMatch(mark -> book.takeMark(marked(mark)).isPresent());
        assertThat(book.takeMark(marked(first))).isEmpty();
    }

    @Test
    void aHundredTracesAreKeptNewestFirst() {
        for (int i = 0; i < 130; i++) {
            book.add("m", FakeExchange.served(), List.of(new Trace.Step(1000, "cors", "", "passes", 250)));
        }

        assertThat(book.traces()).hasSize(100).extracting(Trace::id).startsWith(130L, 129L);
        assertThat(book.find(30)).isEmpty();
        assertThat(TraceText.of(book.find(31).orElseThrow())).contains("1.000 ms  cors: passes, took 0.250 ms");
    }
}
