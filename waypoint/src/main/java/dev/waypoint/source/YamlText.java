package dev.waypoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML into trees with the line of every field. Plain scalars follow the YAML 1.2 core schema: {@code true} and {@code
 * false} are booleans, {@code yes}, {@code on} and dates are text. Anchors, aliases and merge keys work; the size of what
 * aliases expand to is bounded.
 */
final class YamlText {

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final int MAX_DEPTH = 100;
    private static final int MAX_FIELDS = 2_000_000;

    private final Map<String, Integer> lines = new HashMap<>();
    private int fields;

    private YamlText() {}

    /** All documents of a text that are not empty. */
    static List<Document> read(String text) throws MalformedText {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(1000);
        List<Document> documents = new ArrayList<>();
        try {
            Composer composer = new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options);
            while (composer.checkNode()) {
                Node root = composer.getNode();
                YamlText document = new YamlText();
                JsonNode tree = document.convert(root, "");
                if (!tree.isNull()) {
                    documents.add(new Document(tree, document.lines));
                }
            }
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw new MalformedText(mark == null ? 1 : mark.getLine() + 1, context + e.getProblem());
        } catch (YAMLException e) {
            throw new MalformedText(1, String.valueOf(e.getMessage()));
        }
        return documents;
    }

    private JsonNode convert(Node node, String path) throws MalformedText {
        lines.putIfAbsent(path, line(node));
        if (++fields > MAX_FIELDS) {
            throw new MalformedText(line(node), "the document has more than " + MAX_FIELDS + " fields");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence -> sequence(sequence, path);
            case MappingNode mapping -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                fill(object, mapping, path, true);
                yield object;
            }
            default -> throw new MalformedText(line(node), "unexpected " + node.getNodeId());
        };
    }

    private ArrayNode sequence(SequenceNode sequence, String path) throws MalformedText {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Node element : sequence.getValue()) {
            array.add(convert(element, Document.element(path, array.size())));
        }
        return array;
    }

    /** Fills in the members of a mapping; those of merged mappings only where the mapping itself has none. */
    private void fill(ObjectNode object, MappingNode mapping, String path, boolean own) throws MalformedText {
        List<Node> merged = new ArrayList<>();
        for (NodeTuple member : mapping.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                throw new MalformedText(line(member.getKeyNode()), "a key is a list or an object, expected text");
            }
            if (Tag.MERGE.equals(key.getTag())) {
                merged.add(member.getValueNode());
                continue;
            }
            String name = key.getValue();
            if (object.has(name)) {
                if (own) {
                    throw new MalformedText(line(key), "the key '" + name + "' is there twice");
                }
                continue;
            }
            String at = Document.member(path, name);
            lines.put(at, line(key));
            object.set(name, convert(member.getValueNode(), at));
        }
        for (Node node : merged) {
            List<Node> sources = node instanceof SequenceNode list ? list.getValue() : List.of(node);
            for (Node source : sources) {
                if (!(source instanceof MappingNode other)) {
                    throw new MalformedText(line(source), "'<<' merges something that is no object");
                }
                fill(object, other, path, false);
            }
        }
    }

    private static JsonNode scalar(ScalarNode node) throws MalformedText {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (!tag.startsWith(Tag.PREFIX)) {
            throw new MalformedText(line(node), "the tag '" + tag.getValue() + "' is unknown");
        }
        if (Tag.STR.equals(tag) || Tag.BINARY.equals(tag) || node.getScalarStyle() != ScalarStyle.PLAIN) {
            return TextNode.valueOf(text);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NullNode.getInstance();
            case "true", "True", "TRUE" -> BooleanNode.TRUE;
            case "false", "False", "FALSE" -> BooleanNode.FALSE;
            default -> {
                if (INTEGER.matcher(text).matches()) {
                    yield LongNode.valueOf(Long.parseLong(text));
                }
                yield DECIMAL.matcher(text).matches()
                        ? DecimalNode.valueOf(new BigDecimal(text))
                        : TextNode.valueOf(text);
            }
        };
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
