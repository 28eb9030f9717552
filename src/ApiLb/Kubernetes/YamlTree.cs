using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ApiLb.Kubernetes;

/// <summary>
/// YAML as Kubernetes' own files use it: mappings, lists and text. Built from events with a limit to its depth and without
/// aliases, of which bombs are made. Immutable.
/// </summary>
internal sealed class YamlTree
{
    private const int MaximumDepth = 32;

    private static readonly YamlTree Missing = new(null, [], []);

    private readonly Dictionary<string, YamlTree> _entries;

    private YamlTree(string? text, IReadOnlyList<YamlTree> items, Dictionary<string, YamlTree> entries)
    {
        Text = text;
        Items = items;
        _entries = entries;
    }

    /// <summary>A single value; null for anything else, and for an empty one.</summary>
    public string? Text { get; }

    /// <summary>The items of a list; empty for anything else.</summary>
    public IReadOnlyList<YamlTree> Items { get; }

    /// <summary>The value of a key; an empty tree when there is none.</summary>
    public YamlTree this[string key] => _entries.GetValueOrDefault(key, Missing);

    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>The first document; empty when there is none.</summary>
    /// <exception cref="FormatException">It is not YAML, or more of it than is allowed.</exception>
    public static YamlTree Parse(string text)
    {
        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            return parser.TryConsume<DocumentStart>(out _) ? Compose(parser, 0) : Missing;
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}: {KubernetesFailure.Shorten(e.Message)}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // YamlDotNet 16 means a syntax error by these too.
            throw new FormatException("it cannot be read as YAML", e);
        }
    }

    private static YamlTree Compose(Parser parser, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new FormatException($"it is nested deeper than {MaximumDepth} levels");
        }

        switch (parser.Consume<ParsingEvent>())
        {
            case Scalar scalar:
                return new YamlTree(scalar.Value is "" or "null" or "~" && scalar.Style == ScalarStyle.Plain ? null : scalar.Value, [], []);
            case SequenceStart:
                return new YamlTree(null, ComposeItems(parser, depth), []);
            case MappingStart:
                return new YamlTree(null, [], ComposeEntries(parser, depth));
            case var other:
                throw new FormatException($"line {other.Start.Line}: aliases are not supported");
        }
    }

    private static List<YamlTree> ComposeItems(Parser parser, int depth)
    {
        var items = new List<YamlTree>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Compose(parser, depth + 1));
        }

        return items;
    }

    private static Dictionary<string, YamlTree> ComposeEntries(Parser parser, int depth)
    {
        var entries = new Dictionary<string, YamlTree>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Compose(parser, depth + 1).Text ?? "";
            entries[key] = Compose(parser, depth + 1);
        }

        return entries;
    }
}
