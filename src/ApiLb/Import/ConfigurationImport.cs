using System.Text.RegularExpressions;
using ApiLb.Import.Drafts;
using ApiLb.Import.HaProxy;
using ApiLb.Import.Nginx;

namespace ApiLb.Import;

/// <summary>
/// Turns the configuration of another load balancer into one of ApiLb. Pure: touches no file. Whatever the text is, the answer is a
/// result, and the YAML in it passes <c>apilb check</c> but for files that it names.
/// </summary>
internal static partial class ConfigurationImport
{
    public static ImportResult Run(ImportFormat format, ImportSource source)
    {
        var notes = new ImportNotes();
        var draft = format == ImportFormat.Nginx ? NginxImport.Read(source, notes) : HaProxyImport.Read(source, notes);
        var all = notes.ToList();
        return draft.Listeners.Count == 0
            ? new ImportResult(null, all, NeedsCa: false)
            : new ImportResult(new DraftWriter(draft, all).Write(), all, draft.Pools.Any(p => p.Health.IsCaAssumed));
    }

    /// <summary>nginx has braces behind the names of its blocks, HAProxy's sections never do. Null: the text is neither's.</summary>
    public static ImportFormat? Detect(string text) =>
        NginxBlock().IsMatch(text) ? ImportFormat.Nginx
        : HaProxySection().IsMatch(text) ? ImportFormat.HaProxy
        : null;

    [GeneratedRegex(@"^[ \t]*(?:(?:stream|events|http|server)\s*|(?:upstream|map)[ \t]+[^\n{}]*)\{", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NginxBlock();

    // The sections without which nothing can be made; the others' names are words of many texts.
    [GeneratedRegex(@"^[ \t]*(?:global|defaults|frontend|backend|listen)(?:[ \t\r#]|$)", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex HaProxySection();
}
