using ApiLb.Configuration.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ApiLb.Configuration.Yaml;

/// <summary>
/// Builds the nodes of the one document in a file from the parser's events. Works on events, not on YamlDotNet's own
/// representation model: that one recurses without bound, and resolves the aliases of which bombs are made.
/// </summary>
internal sealed class YamlComposer(string text, ConfigurationFindings findings)
{
    private const int MaximumDepth = 20;

    // No load balancer has so many; and binders may compare each entry with each other one.
    private const int MaximumEntries = 1000;

    private readonly Parser _parser = new(new Scanner(new StringReader(text), skipComments: true));

    /// <summary>The root of the document; null when an error was reported instead.</summary>
    public YamlMapping? Compose()
    {
        try
        {
            return ComposeDocument();
        }
        catch (YamlException e)
        {
            var position = YamlSyntaxHint.Locate(text, e.Message) ?? PositionOf(e.Start);
            findings.Error(position, "", YamlSyntaxHint.Explain(text, e.Message, position));
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // YamlDotNet 16 means a syntax error by these too; one way there: a less indented comment behind "[" in a block.
            findings.Error(PositionOf(_parser.Current?.End ?? Mark.Empty), "", "cannot be read as YAML from here on");
            return null;
        }
    }

    private YamlMapping? ComposeDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            findings.Error(SourcePosition.Start, "", "the file is empty; it needs at least listeners and pools");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ComposeNode(path: "", depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            findings.Error(PositionOf(second.Start), "", "a second YAML document begins here; the file may hold only one");
        }

        switch (root)
        {
            case YamlMapping mapping:
                return mapping;
            case YamlUnreadable:
                return null;
            case YamlScalar { IsNull: true }:
                findings.Error(SourcePosition.Start, "", "the file is empty; it needs at least listeners and pools");
                return null;
            default:
                findings.Error(root.Position, "", $"the file must be a mapping with the keys listeners and pools, not {root.Kind}");
                return null;
        }
    }

    private YamlNode ComposeNode(string path, int depth)
    {
        var next = _parser.Consume<ParsingEvent>();
        var position = PositionOf(next.Start);
        if (depth > MaximumDepth)
        {
            throw new YamlException(next.Start, next.End, $"Nested deeper than {MaximumDepth} levels");
        }

        if (next is AnchorAlias alias)
        {
            findings.Error(position, path, $"the alias *{Quoted.Shorten(alias.Value.Value)} is not supported; write the value out, or in quotes if it begins with *");
            return new YamlUnreadable(position);
        }

        // For some broken mappings ("type: tcp" and then a lone ":" as the last line) the parser ends the mapping without the value.
        if (next is not NodeEvent node)
        {
            throw new YamlException(next.Start, next.End, "Found no value where one is expected");
        }

        RefuseAnchorAndTag(node, position, path);
        return node switch
        {
            Scalar { Tag.IsEmpty: false } => new YamlUnreadable(position),
            Scalar scalar => new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, position),
            SequenceStart => new YamlSequence(ComposeItems(path, depth), position),
            _ => new YamlMapping(ComposeEntries(path, depth), position),
        };
    }

    private void RefuseAnchorAndTag(NodeEvent node, SourcePosition position, string path)
    {
        if (!node.Anchor.IsEmpty)
        {
            findings.Error(position, path, $"the anchor &{Quoted.Shorten(node.Anchor.Value)} is not supported; write the value out where it is needed");
        }

        if (!node.Tag.IsEmpty)
        {
            findings.Error(position, path, "tags (such as !!str) are not supported; put text in quotes instead");
        }
    }

    private List<YamlNode> ComposeItems(string path, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            RefuseTooMany(items.Count);
            items.Add(ComposeNode($"{path}[{items.Count}]", depth + 1));
        }

        return items;
    }

    private List<YamlEntry> ComposeEntries(string path, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            RefuseTooMany(entries.Count);
            var key = ComposeNode(path, depth + 1);
            var name = (key as YamlScalar)?.Text ?? "";
            var keyPath = KeyPath.Join(path, name);
            var value = ComposeNode(keyPath, depth + 1);
            if (key is not YamlScalar { IsNull: false })
            {
                findings.Error(key.Position, path, $"a key must be a word, not {(key is YamlScalar ? "empty" : key.Kind)}");
            }
            else if (!lines.TryAdd(name, key.Position.Line))
            {
                findings.Error(key.Position, keyPath, $"is given twice; the first is in line {lines[name]}");
            }
            else
            {
                entries.Add(new YamlEntry(name, key.Position, value));
            }
        }

        return entries;
    }

    private void RefuseTooMany(int count)
    {
        if (count == MaximumEntries)
        {
            var here = _parser.Current?.Start ?? Mark.Empty;
            throw new YamlException(here, here, $"More than {MaximumEntries} entries in one list or mapping");
        }
    }

    private static SourcePosition PositionOf(Mark mark) => new(Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));
}
