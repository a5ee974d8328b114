"""The template for Azure says what Azure understands, and leaves nothing open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from peergrid.api.live import BEAT_S
from peergrid.cli.watch import FIGURES
from tests.deploy.bicep import Template, check_modules, of_file

AZURE = Path(__file__).parents[2] / "deploy" / "azure"
FILES = sorted(AZURE.rglob("*.bicep"))
MAIN = AZURE / "main.bicep"
SILENCE_CUT_S = 240  # Container Apps, "Ingress": a request that says nothing so long is ended
TAGGED = (
    "Microsoft.App/containerApps",
    "Microsoft.App/jobs",
    "Microsoft.App/managedEnvironments",
    "Microsoft.ContainerRegistry/registries",
    "Microsoft.DBforPostgreSQL/flexibleServers",
    "Microsoft.Insights/components",
    "Microsoft.KeyVault/vaults",
    "Microsoft.OperationalInsights/workspaces",
)
RIGHTS = {  # whose, and to what: no more than that
    ("platformPrincipalId", "roles.readSecrets", "vault"),
    ("platformPrincipalId", "roles.pullImages", "registry"),
    ("workerPrincipalId", "roles.pullImages", "registry"),
    ("watchPrincipalId", "roles.pullImages", "registry"),
    ("adminPrincipalId", "roles.pullImages", "registry"),
}
CARRIED = {  # who signs in as whom: the API tends the tables that the migration makes
    "api": "'${platform.id}'",
    "migrate": "'${platform.id}'",
    "worker": "'${settling.id}'",
    "watch": "'${watching.id}'",
    "admit": "'${admin.id}'",
}
SECRETIVE = re.compile("secret|password|token|key|connectionstring", re.IGNORECASE)
# They name one, or a right to it, and are none.
REFERENCES = {"keyVaultUrl", "secretRef", "secrets", "readSecrets"}


@dataclass(frozen=True)
class Made:
    """A resource, and what is set in it."""

    template: Template
    name: str
    kind: str
    config: dict[str, Any]

    def at(self, *path: str) -> Any:
        place: Any = self.config
        for part in path:
            place = self.template.found(place)[part]
        return self.template.found(place)


def made(kind: str, changed: dict[str, str] | None = None) -> Iterator[Made]:
    for path in FILES:
        text = path.read_text()
        for old, new in (changed or {}).items():
            text = text.replace(old, new)
        template = Template(path, text)
        for name, its_kind, _, config in template.resources:
            if its_kind == kind:
                yield Made(template, name, its_kind, config)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_property_is_one_that_azure_takes(path: Path) -> None:
    assert of_file(path).check() == []


def test_modules_are_handed_what_they_ask_for() -> None:
    assert check_modules(of_file(MAIN)) == []


def test_what_the_logs_are_asked_is_what_is_measured_and_the_runbook_knows_it() -> None:
    alerts = of_file(AZURE / "modules" / "alerts.bicep")
    asked = alerts.found("asked")
    named = {name for one in asked for name in re.findall(r'said\["([\w.]+)"\]', one["query"])}
    runbook = (AZURE.parents[1] / "docs" / "operating.md").read_text()

    assert named <= FIGURES.keys()
    assert [one["name"] for one in asked if f"### {one['name']}\n" not in runbook] == []


@pytest.mark.parametrize("size", ["pilot", "national"])
def test_each_size_sets_what_the_template_asks_for(size: str) -> None:
    lines = (AZURE / f"{size}.bicepparam").read_text().splitlines()
    given = {line.split()[1] for line in lines if line.startswith("param ")}
    asked = of_file(MAIN).part("parameters")

    assert given == {name for name, told in asked.items() if told["default"] is None}
    assert f"param size = '{size}'" in lines


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("database", "passwordAuth", "passwordAuht", "no such property"),
        ("database", "passwordAuth: 'Disabled'", "passwordAuth: 'No'", "is none of"),
        ("database", "startHour: 0", "startHour: 'two'", "is no int"),
        ("database", "@2026-10-01' = {\n  parent", "@2020-01-01' = {\n  parent", "compared as of"),
        ("apps", "        targetPort: port", "        targetPorts: port", "no such property"),
        ("stores", "    sku: {\n      family", "    skus: {\n      family", "sku is missing"),
        ("alerts", "criterionType: 'Static", "criterionTypes: 'Static", "no such property"),
        ("identities", "${name}-admin", "${platform.properties.clientId}", "is not known before"),
        (
            "apps",
            "    name: 'PEERGRID_JSON_LOG'",
            "    named: 'PEERGRID_JSON_LOG'",
            "no such property",
        ),
        ("watching", "IngestionMode", "IngestMode", "no such property"),
        ("alerts", "    windowSize: 'PT15M'", "    windowsSize: 'PT15M'", "no such property"),
        ("network", "var appsPrefix", "var nothing = 1\nvar appsPrefix", "nothing uses it"),
    ],
)
def test_what_azure_would_refuse_is_found(file: str, old: str, new: str, fault: str) -> None:
    path = AZURE / "modules" / f"{file}.bicep"
    text = path.read_text()
    assert old in text

    found = Template(path, text.replace(old, new)).check()

    assert any(fault in one for one in found), found


def test_a_module_that_is_handed_something_else_is_found() -> None:
    text = MAIN.read_text().replace("    alertEmail: alertEmail\n", "    mail: alertEmail\n")

    found = check_modules(Template(MAIN, text))

    assert set(found) == {
        "watching: it has no parameter mail",
        "watching: parameter alertEmail is missing",
    }


CLOSED = {  # what must be set, and what it would mean if it were not
    "the database takes passwords": (
        "DBforPostgreSQL/flexibleServers",
        "properties.authConfig.passwordAuth",
        "Disabled",
    ),
    "the database is reached from outside": (
        "DBforPostgreSQL/flexibleServers",
        "properties.network.publicNetworkAccess",
        "Disabled",
    ),
    "the vault is reached from anywhere": (
        "KeyVault/vaults",
        "properties.networkAcls.defaultAction",
        "Deny",
    ),
    "the vault can be emptied": ("KeyVault/vaults", "properties.enablePurgeProtection", True),
    "the registry has a password": (
        "ContainerRegistry/registries",
        "properties.adminUserEnabled",
        False,
    ),
}


def open_ends(changed: dict[str, str] | None = None) -> set[str]:
    """Whatever lets somebody in who need not come in."""
    found = {
        words
        for words, (kind, path, wanted) in CLOSED.items()
        for one in made(f"Microsoft.{kind}", changed)
        if one.at(*path.split(".")) != wanted
    }
    for app in made("Microsoft.App/containerApps", changed):
        ingress = app.at("properties", "configuration").get("ingress")
        if ingress and (app.name != "api" or ingress["allowInsecure"]):
            found.add(f"{app.name} is open to the world, or without TLS")
    return found


def test_nothing_is_open_but_the_api_by_tls() -> None:
    assert open_ends() == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("passwordAuth: 'Disabled'", "passwordAuth: 'Enabled'"),
        ("publicNetworkAccess: 'Disabled'", "publicNetworkAccess: 'Enabled'"),
        ("defaultAction: 'Deny'", "defaultAction: 'Allow'"),
        ("enablePurgeProtection: true", "enablePurgeProtection: false"),
        ("adminUserEnabled: false", "adminUserEnabled: true"),
        ("allowInsecure: false", "allowInsecure: true"),
    ],
)
def test_an_end_left_open_is_found(old: str, new: str) -> None:
    assert len(open_ends({old: new})) == 1


def rights(changed: dict[str, str] | None = None) -> set[tuple[str, str, str]]:
    return {
        (
            right.at("properties", "principalId"),
            role_of(right.at("properties", "roleDefinitionId")),
            right.at("scope"),
        )
        for right in made("Microsoft.Authorization/roleAssignments", changed)
    }


def carried(changed: dict[str, str] | None = None) -> dict[str, str]:
    """The identity of each app and job; all of them, if it has several."""
    return {
        resource.name: " ".join(resource.at("identity", "userAssignedIdentities"))
        for kind in ("containerApps", "jobs")
        for resource in made(f"Microsoft.App/{kind}", changed)
    }


def test_each_identity_may_what_it_needs_and_no_more() -> None:
    assert rights() == RIGHTS
    assert carried() == CARRIED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "  scope: vault\n  name: guid(vault.id, platform",
            "  scope: registry\n  name: guid(vault.id, platform",
        ),
        (
            "registry.id, workerPrincipalId, roles.pullImages)\n  properties: {\n    principalId:"
            " workerPrincipalId",
            "registry.id, workerPrincipalId, roles.pullImages)\n  properties: {\n    principalId:"
            " platformPrincipalId",
        ),
        (
            "'Microsoft.Authorization/roleDefinitions', roles.pullImages",
            "'Microsoft.Authorization/roleDefinitions', roles.readSecrets",
        ),
    ],
)
def test_a_right_too_many_is_found(old: str, new: str) -> None:
    text = (AZURE / "modules" / "stores.bicep").read_text()
    assert old in text

    assert rights({old: new}) != RIGHTS


@pytest.mark.parametrize("other", ["${platform.id}", "${admin.id}"])
def test_an_identity_that_serves_two_is_found(other: str) -> None:
    assert carried({"'${settling.id}': {}": f"'{other}': {{}}"})["worker"] != CARRIED["worker"]
    both = f"'${{settling.id}}': {{}}\n      '{other}': {{}}"
    assert carried({"'${settling.id}': {}": both})["worker"] != CARRIED["worker"]


def role_of(told: dict[str, Any]) -> str:
    given = told["function"]["parameters"]["resource_name_1"]
    operands = given["operator"]["operands"]
    return f"{operands['operand_1']}.{operands['operand_2']}"


def test_no_secret_stands_in_the_template_and_the_platform_gets_its_own_from_the_vault() -> None:
    for app in made("Microsoft.App/containerApps"):
        if app.name == "api":  # the others sign nobody in
            (secret,) = app.at("properties", "configuration", "secrets")
            env = {one["name"]: one for one in app.template.found("settings")}
            wanted = {"name": "PEERGRID_SECRET", "secretRef": secret["name"]}

            assert secret["keyVaultUrl"].startswith("${vaultUri}secrets/")
            assert env["PEERGRID_SECRET"] == wanted
        else:
            assert "secrets" not in app.at("properties", "configuration")
        assert "password_from=azure" in app.template.found("place")
    assert literals() == set()


def literals(changed: dict[str, str] | None = None) -> set[str]:
    """Whatever is called a secret and stands there in words of its own."""
    found = set()
    for path in FILES:
        text = path.read_text()
        for old, new in (changed or {}).items():
            text = text.replace(old, new)
        found |= set(secrets_in(Template(path, text).tree))
    return found


def secrets_in(place: Any) -> Iterator[str]:
    if isinstance(place, list):
        for one in place:
            yield from secrets_in(one)
    elif isinstance(place, dict):
        if SECRETIVE.search(str(place.get("name", ""))) and isinstance(place.get("value"), str):
            yield f"{place['name']}: {place['value']}"
        for name, value in place.items():
            is_secret = SECRETIVE.search(name) and name not in REFERENCES
            if is_secret and isinstance(value, str) and re.fullmatch(r"[\w+/=-]{16,}", value):
                yield f"{name}: {value}"
            yield from secrets_in(value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    secretRef: 'peergrid-secret'", "    value: 'tr0ub4dor-and-3-more'"),
        (
            "keyVaultUrl: '${vaultUri}secrets/peergrid-secret'",
            "value: 'correct-horse-battery-staple'",
        ),
        ("sharedKey: logs.listKeys().primarySharedKey", "sharedKey: 'bm90LWEtcmVhbC1rZXk='"),
        (
            "connectionString: traces.properties.ConnectionString",
            "connectionString: '0f8fad5b-d9cb-469f'",
        ),
    ],
)
def test_a_secret_that_stands_in_the_template_is_found(old: str, new: str) -> None:
    assert len(literals({old: new})) == 1


def asleep(changed: dict[str, str] | None = None) -> set[str]:
    """Apps of which there may be no replica."""
    found = set()
    for app in made("Microsoft.App/containerApps", changed):
        least = app.at("properties", "template", "scale", "minReplicas")
        if isinstance(least, dict):
            branches = least["operator"]["operands"]
            least = min(branches["true_value"], branches["false_value"])
        if least < 1:
            found.add(app.name)
    return found


def test_neither_the_clock_of_settlement_nor_the_api_ever_sleeps() -> None:
    assert asleep() == set()


@pytest.mark.parametrize(
    ("old", "new", "app"),
    [
        ("isRedundant ? 3 : 1", "isRedundant ? 3 : 0", "api"),
        ("isRedundant ? 2 : 1", "isRedundant ? 2 : 0", "worker"),
        ("minReplicas: 1\n", "minReplicas: 0\n", "watch"),
    ],
)
def test_an_app_that_may_sleep_is_found(old: str, new: str, app: str) -> None:
    assert asleep({old: new}) == {app}


def test_a_feed_says_something_before_azure_takes_it_for_dead() -> None:
    assert 2 * BEAT_S < SILENCE_CUT_S  # one that is lost does not end it


def untagged(changed: dict[str, str] | None = None) -> set[str]:
    """What would stand on the bill under nobody's name."""
    return {
        one.name
        for kind in TAGGED
        for one in made(kind, changed)
        if one.config.get("tags") != "tags"
    }


def test_what_costs_money_says_whose_it_is() -> None:
    assert {kind for kind in TAGGED if not list(made(kind))} == set()
    assert untagged() == set()


def test_what_nobody_owns_is_found() -> None:
    assert "worker" in untagged({"  location: location\n  tags: tags\n  identity": "  identity"})


def test_what_is_rolled_out_has_the_names_that_the_workflow_asks_for() -> None:
    workflow = (AZURE.parents[1] / ".github/workflows/deploy.yml").read_text()
    apps = {one.at("name") for one in made("Microsoft.App/containerApps")}
    jobs = {one.at("name") for one in made("Microsoft.App/jobs")}

    assert apps == {"${name}-api", "${name}-worker", "${name}-watch"}
    assert "for app in api worker watch" in workflow
    assert "${name}-migrate" in jobs
    assert '"$NAME-migrate"' in workflow
