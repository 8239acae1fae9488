package dev.waypoint.control.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.waypoint.control.stream.v1.Edit;
import dev.waypoint.control.stream.v1.Key;
import dev.waypoint.control.stream.v1.Resource;
import dev.waypoint.control.stream.v1.Sequence;
import dev.waypoint.control.stream.v1.Update;
import dev.waypoint.control.wire.ConfigDelta;
import dev.waypoint.control.wire.ConfigDelta.Change;
import dev.waypoint.control.wire.Content;
import dev.waypoint.control.wire.Digest;
import dev.waypoint.control.wire.Piece;
import dev.waypoint.control.wire.ResourceKey;
import dev.waypoint.control.wire.SequenceEdit;
import dev.waypoint.control.wire.UnreadableConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Deltas as messages, and back. */
final class Messages {

    /** The format of payloads that this program writes, and the greatest that it reads. */
    static final int FORMAT = 1;

    /** About the size of one message; larger deltas are sent as several. */
    static final int PART_BYTES = 256 * 1024;

    /** The largest message: one list may be larger than a part. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private Messages() {}

    /**
     * The parts of a version, each made when it is asked for.
     *
     * @param fresh whether the delta begins from nothing
     * @param state the digest of the result
     */
    static Iterator<Update> updates(long version, boolean fresh, ConfigDelta delta, Digest state) {
        return new Parts(version, fresh, delta, state);
    }

    private static final class Parts implements Iterator<Update> {
        private final long version;
        private final boolean fresh;
        private final ConfigDelta delta;
        private final Digest state;
        private final Iterator<Change> changes;
        private boolean first = true;
        private boolean done;

        Parts(long version, boolean fresh, ConfigDelta delta, Digest state) {
            this.version = version;
            this.fresh = fresh;
            this.delta = delta;
            this.state = state;
            changes = delta.changes().iterator();
        }

        @Override
        public boolean hasNext() {
            return !done;
        }

        @Override
        public Update next() {
            if (done) {
                throw new NoSuchElementException();
            }
            Update.Builder update = Update.newBuilder().setVersion(version).setFormat(FORMAT);
            if (first) {
                update.setFresh(fresh);
                delta.removed().forEach(key -> update.addRemoved(key(key)));
                first = false;
            }
            int bytes = 0;
            while (changes.hasNext() && bytes < PART_BYTES) {
                Resource resource = resource(changes.next());
                bytes += resource.getSerializedSize();
                update.addChanged(resource);
            }
            done = !changes.hasNext();
            if (done) {
                update.setLast(true).setState(bytes(state));
            }
            return update.build();
        }
    }

    static ByteString bytes(Digest digest) {
        return UnsafeByteOperations.unsafeWrap(digest.bytes());
    }

    private static Key key(ResourceKey key) {
        return Key.newBuilder().setKind(key.kind()).setName(key.name()).build();
    }

    private static ByteString bytes(Piece piece) {
        return UnsafeByteOperations.unsafeWrap(piece.bytes());
    }

    private static Resource resource(Change change) {
        Resource.Builder resource = Resource.newBuilder().setKey(key(change.key()));
        switch (change) {
            case Change.Full(ResourceKey _, Content.Whole(Piece piece)) -> resource.setWhole(bytes(piece));
            case Change.Full(ResourceKey _, Content.Sequence sequence) ->
                resource.setSequence(Sequence.newBuilder()
                        .addAllPieces(
                                sequence.pieces().stream().map(Messages::bytes).toList()));
            case Change.Edited edited -> resource.setEdit(edit(edited));
        }
        return resource.build();
    }

    private static Edit edit(Change.Edited edited) {
        Edit.Builder edit =
                Edit.newBuilder().setBase(bytes(edited.edit().base())).setDigest(bytes(edited.digest()));
        edited.edit()
                .steps()
                .forEach(step -> edit.addSteps(Edit.Step.newBuilder()
                        .setFrom(step.from())
                        .setCount(step.count())
                        .addAllInserted(
                                step.inserted().stream().map(Messages::bytes).toList())));
        return edit.build();
    }

    // ---- the way back

    static ResourceKey key(Key key) {
        return new ResourceKey(key.getKind(), key.getName());
    }

    /** Reads a digest; empty if none was sent. */
    static Optional<Digest> digest(ByteString bytes) throws UnreadableConfig {
        try {
            return bytes.isEmpty() ? Optional.empty() : Optional.of(Digest.read(bytes.toByteArray()));
        } catch (IllegalArgumentException e) {
            throw new UnreadableConfig(String.valueOf(e.getMessage()));
        }
    }

    static Change change(Resource resource) throws UnreadableConfig {
        ResourceKey key = key(resource.getKey());
        return switch (resource.getContentCase()) {
            case WHOLE ->
                new Change.Full(
                        key, new Content.Whole(Piece.of(resource.getWhole().toByteArray())));
            case SEQUENCE ->
                new Change.Full(
                        key, Content.Sequence.of(pieces(resource.getSequence().getPiecesList())));
            case EDIT ->
                new Change.Edited(
                        key,
                        edit(resource.getEdit()),
                        digest(resource.getEdit().getDigest()).orElse(Digest.NONE));
            case CONTENT_NOT_SET ->
                throw new UnreadableConfig(key + ": sent in a form that is not known to this proxy, which seems to be"
                        + " older than its controller: upgrade the proxy");
        };
    }

    private static SequenceEdit edit(Edit edit) throws UnreadableConfig {
        List<SequenceEdit.Step> steps = new ArrayList<>();
        edit.getStepsList()
                .forEach(step -> steps.add(
                        new SequenceEdit.Step(step.getFrom(), step.getCount(), pieces(step.getInsertedList()))));
        return new SequenceEdit(digest(edit.getBase()).orElse(Digest.NONE), steps);
    }

    private static List<Piece> pieces(List<ByteString> pieces) {
        return pieces.stream().map(bytes -> Piece.of(bytes.toByteArray())).toList();
    }
}
