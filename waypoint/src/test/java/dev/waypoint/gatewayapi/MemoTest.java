package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ReferenceGrant;
import dev.waypoint.source.Resource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoTest {

    private final Memo<String, Integer> memo = new Memo<>();
    private final Asked view = new Asked();

    /** Knows nothing, and counts how often it is asked. */
    private static final class Asked implements View {
        private final Set<Kind<?>> changed = new HashSet<>();
        private int questions;

        @Override
        public <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name) {
            questions++;
            return Optional.empty();
        }

        @Override
        public List<Resource<ReferenceGrant>> grants(String namespace) {
            questions++;
            return List.of();
        }

        @Override
        public List<Resource<EndpointSlice>> slices(String namespace, String service) {
            questions++;
            return List.of();
        }

        @Override
        public <T extends Record> List<Resource<T>> policies(Kind<T> kind, Target target) {
            questions++;
            return List.of();
        }

        @Override
        public boolean isChanged(Kind<?> kind) {
            return changed.contains(kind);
        }
    }

    private int ask() {
        return memo.get("route", List.of(), view, noted -> {
            noted.slices("shop", "cart");
            noted.grants("shop");
            return 7;
        });
    }

    @Test
    void onlyWhatIsAboutChangedKindsIsAskedAgain() {
        memo.begin();
        assertThat(ask()).isEqualTo(7);
        assertThat(view.questions).isEqualTo(2);
        assertThat(ask()).isEqualTo(7);
        assertThat(view.questions).as("the same translation").isEqualTo(2);

        memo.begin();
        ask();
        assertThat(view.questions).as("nothing changed").isEqualTo(2);

        memo.begin();
        view.changed.add(Kinds.ENDPOINT_SLICE);
        ask();
        assertThat(view.questions).as("slices changed").isEqualTo(3);
    }
}
