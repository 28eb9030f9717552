namespace ApiLb.Import.Nginx;

/// <summary>A directive, or a block with directives in it. Immutable once parsed.</summary>
/// <param name="Statement">Its words.</param>
/// <param name="Children">Null: it ends with a semicolon.</param>
internal sealed record NginxDirective(Statement Statement, List<NginxDirective>? Children)
{
    public string Keyword => Statement.Keyword;

    public IEnumerable<NginxDirective> Named(string keyword) => Children?.Where(c => c.Keyword == keyword) ?? [];
}
