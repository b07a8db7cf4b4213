"""What a generator cannot know: values of our own formats, the link that exists, and two things that no schema can say."""

import os

import schemathesis
from hypothesis import strategies as st

LINK = os.environ["VINCULO_LINK"]

schemathesis.openapi.format("cpf-or-cnpj", st.sampled_from(["76109277673", "96644087000", "21858449030"]))
schemathesis.openapi.format("https-address", st.sampled_from(["https://app.example/", "https://app.example/a?b=c"]))
schemathesis.openapi.format("callback-address", st.sampled_from(["myapp://done", "https://app.example/done"]))
# Nobody listens there.
schemathesis.openapi.format("webhook-address", st.sampled_from(["http://127.0.0.1:9/", "http://127.0.0.1:9/hook"]))
schemathesis.openapi.format("link", st.just(LINK))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # An answer with chosen keys lacks the others: tests in Rust look at it.
    for name in ["Fields", "Omit"]:
        del raw_schema["components"]["parameters"][name]
    chosen = [f"#/components/parameters/{name}" for name in ["Fields", "Omit"]]
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict) or "parameters" not in operation:
                continue
            operation["parameters"] = [one for one in operation["parameters"] if one.get("$ref") not in chosen]
            # Nobody can make up a cursor.
            operation["parameters"] = [one for one in operation["parameters"] if one.get("name") != "cursor"]
            for parameter in operation["parameters"]:
                if parameter.get("name") == "link":
                    # `link` or `link__in` must be there.
                    parameter["required"] = parameter.get("required", False) or "must be there" in parameter["description"]
                    # Answers are looked at that hold something.
                    parameter["schema"]["format"] = "link"
