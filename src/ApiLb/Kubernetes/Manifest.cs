using System.Reflection;

namespace ApiLb.Kubernetes;

/// <summary>One object to be applied: its YAML, and where it belongs.</summary>
/// <param name="Title">For people: <c>Role default/apilb</c>.</param>
/// <param name="Path">Of the object in the API.</param>
/// <param name="Yaml">As the file has it.</param>
internal sealed record Manifest(string Title, string Path, string Yaml)
{
    /// <summary>The objects of a file of <c>configs</c> that is built into the program.</summary>
    /// <param name="file">Such as <c>rbac.yaml</c>.</param>
    /// <param name="space">The namespace that takes the place of <c>NAMESPACE</c> in it.</param>
    public static async Task<IReadOnlyList<Manifest>> LoadAsync(string file, string? space = null)
    {
        var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not built in");
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        return [.. (space is null ? text : text.Replace("NAMESPACE", space, StringComparison.Ordinal)).Split("\n---\n").Select(Of)];
    }

    private static Manifest Of(string yaml)
    {
        var tree = YamlTree.Parse(yaml);
        var version = tree["apiVersion"].Text ?? "";
        var kind = tree["kind"].Text ?? "";
        var name = tree["metadata"]["name"].Text ?? "";
        var space = tree["metadata"]["namespace"].Text;
        var root = version == "v1" ? "/api/v1" : $"/apis/{version}";
        var scope = space is null ? "" : $"/namespaces/{space}";
        return new Manifest($"{kind} {space}{(space is null ? "" : "/")}{name}", $"{root}{scope}/{kind.ToLowerInvariant()}s/{name}", yaml);
    }
}
