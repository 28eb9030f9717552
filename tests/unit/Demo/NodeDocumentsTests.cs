using System.Text.Json;
using ApiLb.Demo.StandIns;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class NodeDocumentsTests
{
    private readonly NodeDocuments _nodes = new("cp2", TimeProvider.System);

    [Fact]
    public void List_IsANodeListThatSaysWhoServedIt()
    {
        var root = Parse(_nodes.List(asTable: false));

        Assert.Equal("NodeList", root.GetProperty("kind").GetString());
        var node = root.GetProperty("items")[0];
        Assert.Equal("cp2", node.GetProperty("metadata").GetProperty("annotations").GetProperty("apilb.demo/served-by").GetString());
    }

    [Fact]
    public void Table_HasOneCellPerColumn()
    {
        var root = Parse(_nodes.List(asTable: true));

        Assert.Equal("Table", root.GetProperty("kind").GetString());
        var columns = root.GetProperty("columnDefinitions").GetArrayLength();
        Assert.Equal(NodeDocuments.Count, root.GetProperty("rows").GetArrayLength());
        Assert.All(root.GetProperty("rows").EnumerateArray(), row => Assert.Equal(columns, row.GetProperty("cells").GetArrayLength()));
    }

    [Theory]
    [InlineData(0, "worker-1")]
    [InlineData(4, "worker-2")]
    public void WatchEvent_IsOneLineAboutOneNode(int index, string expected)
    {
        var line = _nodes.WatchEvent("MODIFIED", index, asTable: false);

        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line[..^1]);
        var root = Parse(line);
        Assert.Equal("MODIFIED", root.GetProperty("type").GetString());
        Assert.Equal(expected, root.GetProperty("object").GetProperty("metadata").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(DiscoveryText.Version)]
    [InlineData(DiscoveryText.Groups)]
    [InlineData(DiscoveryText.CoreResources)]
    public void DiscoveryDocuments_AreJson(string json) => Assert.Equal(JsonValueKind.Object, Parse(json).ValueKind);

    [Fact]
    public void BuiltDocuments_AreJson()
    {
        Assert.Equal("v1", Parse(DiscoveryText.CoreVersions("127.0.0.1:6443")).GetProperty("versions")[0].GetString());
        Assert.Equal(404, Parse(DiscoveryText.Status(404, "NotFound", "nothing here")).GetProperty("code").GetInt32());
        Assert.Equal("PodList", Parse(DiscoveryText.EmptyList("Pod")).GetProperty("kind").GetString());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
