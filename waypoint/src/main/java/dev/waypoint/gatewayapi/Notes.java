package dev.waypoint.gatewayapi;

import dev.waypoint.api.EndpointSlice;
import dev.waypoint.api.Kind;
import dev.waypoint.api.ReferenceGrant;
import dev.waypoint.source.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes questions on and notes them with their answers. */
final class Notes implements View {

    private final View view;
    private final Map<Question, Object> answers = new HashMap<>();

    Notes(View view) {
        this.view = view;
    }

    Map<Question, Object> answers() {
        return answers;
    }

    @Override
    public void took(Map<Question, Object> others) {
        answers.putAll(others);
    }

    @Override
    public boolean isChanged(Kind<?> kind) {
        return view.isChanged(kind);
    }

    @Override
    public <T extends Record> Optional<Resource<T>> find(Kind<T> kind, String namespace, String name) {
        Optional<Resource<T>> answer = view.find(kind, namespace, name);
        answers.put(new Question.Find(kind, namespace, name), answer);
        return answer;
    }

    @Override
    public List<Resource<ReferenceGrant>> grants(String namespace) {
        List<Resource<ReferenceGrant>> answer = view.grants(namespace);
        answers.put(new Question.Grants(namespace), answer);
        return answer;
    }

    @Override
    public List<Resource<EndpointSlice>> slices(String namespace, String service) {
        List<Resource<EndpointSlice>> answer = view.slices(namespace, service);
        answers.put(new Question.Slices(namespace, service), answer);
        return answer;
    }

    @Override
    public <T extends Record> List<Resource<T>> policies(Kind<T> kind, Target target) {
        List<Resource<T>> answer = view.policies(kind, target);
        answers.put(new Question.Policies(kind, target), answer);
        return answer;
    }
}
