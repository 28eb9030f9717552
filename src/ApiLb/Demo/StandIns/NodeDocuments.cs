using System.Globalization;
using System.Text.Json.Nodes;

namespace ApiLb.Demo.StandIns;

/// <summary>The nodes of the demo cluster as one stand-in shows them: each says who served it.</summary>
/// <param name="servedBy">The stand-in's name.</param>
/// <param name="time">The clock behind creation times, ages and resource versions.</param>
internal sealed class NodeDocuments(string servedBy, TimeProvider time)
{
    private const string KubeletVersion = "v1.32.4";

    private static readonly string[] Names = ["worker-1", "worker-2", "worker-3"];

    private readonly DateTimeOffset _created = time.GetUtcNow();

    public static int Count => Names.Length;

    public static bool Has(string name) => Names.Contains(name, StringComparer.Ordinal);

    public string List(bool asTable) => (asTable ? Table(Names) : NodeList()).ToJsonString();

    public string One(string name, bool asTable) => (asTable ? Table([name]) : Node(name)).ToJsonString();

    /// <summary>One line of a watch.</summary>
    /// <param name="type"><c>ADDED</c> or <c>MODIFIED</c>.</param>
    /// <param name="index">Which node; counts on beyond the last one and begins anew.</param>
    /// <param name="asTable">The client asked for tables.</param>
    public string WatchEvent(string type, int index, bool asTable)
    {
        var name = Names[index % Names.Length];
        return new JsonObject { ["type"] = type, ["object"] = asTable ? Table([name]) : Node(name) }.ToJsonString() + "\n";
    }

    private JsonObject NodeList() => new()
    {
        ["kind"] = "NodeList",
        ["apiVersion"] = "v1",
        ["metadata"] = ListMetadata(),
        ["items"] = new JsonArray([.. Names.Select(Node)]),
    };

    private JsonObject Node(string name) => new()
    {
        ["kind"] = "Node",
        ["apiVersion"] = "v1",
        ["metadata"] = Metadata(name),
        ["spec"] = new JsonObject(),
        ["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady" }),
            ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = KubeletVersion, ["operatingSystem"] = "linux" },
        },
    };

    private JsonObject Table(IEnumerable<string> names) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = ListMetadata(),
        ["columnDefinitions"] = new JsonArray(
            Column("Name", "name"), Column("Status"), Column("Roles"), Column("Age"), Column("Version"), Column("Served-By")),
        ["rows"] = new JsonArray([.. names.Select(Row)]),
    };

    private static JsonObject Column(string name, string format = "") => new()
    {
        ["name"] = name,
        ["type"] = "string",
        ["format"] = format,
        ["description"] = "",
        ["priority"] = 0,
    };

    private JsonObject Row(string name) => new()
    {
        ["cells"] = new JsonArray(name, "Ready", "worker", Age(time.GetUtcNow() - _created), KubeletVersion, servedBy),
        ["object"] = new JsonObject
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = Metadata(name),
        },
    };

    private JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["uid"] = $"00000000-0000-4000-8000-{Array.IndexOf(Names, name) + 1:d12}",
        ["resourceVersion"] = ResourceVersion(),
        ["creationTimestamp"] = _created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name, ["node-role.kubernetes.io/worker"] = "" },
        ["annotations"] = new JsonObject { ["apilb.demo/served-by"] = servedBy },
    };

    private JsonObject ListMetadata() => new() { ["resourceVersion"] = ResourceVersion() };

    /// <summary>Wall-clock seconds: grows, and means the same at every stand-in, as etcd's revision would.</summary>
    private string ResourceVersion() => time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Age(TimeSpan age) =>
        age < TimeSpan.FromMinutes(2) ? $"{(int)age.TotalSeconds}s"
        : age < TimeSpan.FromHours(2) ? $"{(int)age.TotalMinutes}m"
        : $"{(int)age.TotalHours}h";
}
