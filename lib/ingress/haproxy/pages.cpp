#include "ingress/haproxy/pages.hpp"

#include <fmt/format.h>

namespace divio::ingress {
namespace {

struct Page {
  int status;
  std::string_view title;
  std::string text;  // HAProxy's log format; no apostrophes, since the configuration puts it between them
};

// What a visitor sent as host, with everything that means something to HTML, or to a terminal, taken out.
constexpr std::string_view asked_host = "%[var(txn.host),regsub([^a-z0-9._-],?,g)]";

std::string html(const Page& page) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>{0}</title><style>body{{font:17px/1.5 system-ui,sans-serif;color:#223;background:#f6f7f9;margin:15vh "
      "auto;"
      "max-width:34em;padding:0 1.5em}}h1{{font-size:1.5em}}</style><h1>{0}</h1><p>{1}</p>",
      page.title, page.text);
}

std::string plain(const Page& page) {
  return fmt::format("{}\\n{}\\n", page.title, page.text);
}

std::string_view further_headers(const Page& page) {
  return page.status == 503 ? " hdr Cache-Control no-store hdr Retry-After 5" : " hdr Cache-Control no-store";
}

// The condition first: it is cheaper than looking for a header, and seldom true.
std::string return_rule(const Page& page, bool as_html, std::string_view condition) {
  return fmt::format("  http-request return status {} content-type \"{}; charset=utf-8\" lf-string {}{}{}{} if {}{}\n",
                     page.status, as_html ? "text/html" : "text/plain", as_html ? "'" : "\"",
                     as_html ? html(page) : plain(page), as_html ? "'" : "\"", further_headers(page), condition,
                     as_html ? " { req.hdr(accept) -m sub text/html }" : "");
}

std::string return_rules(const Page& page, std::string_view condition) {
  const std::string_view always = "TRUE";
  const auto when = condition.empty() ? always : condition;
  return return_rule(page, true, when) + return_rule(page, false, when);
}

std::string error_page(const Page& page) {
  return fmt::format("  http-error status {} content-type \"text/html; charset=utf-8\" lf-string '{}'{}\n", page.status,
                     html(page), further_headers(page));
}

}  // namespace

std::string unknown_host_rules(std::string_view condition) {
  return return_rules({404, "No project has this host name",
                       fmt::format("Nothing is deployed under {}. Is the name spelled right?", asked_host)},
                      condition);
}

std::string not_running_rules(std::string_view condition) {
  return return_rules(
      {503, "Not running at the moment",
       fmt::format("The project behind {} is stopped or is being started. Please try again in a while.", asked_host)},
      condition);
}

std::string no_instance_rules(const model::EnvironmentKey& key, std::string_view condition) {
  return return_rules({503, "Not available at the moment",
                       fmt::format("No instance of {} ({}) is well enough to answer. Please try again in a while.",
                                   key.project.str(), key.environment.str())},
                      condition);
}

std::string too_large_rules(std::string_view condition) {
  return return_rules({413, "Too large", "A request may carry up to 500 MB."}, condition);
}

std::string too_many_rules(std::string_view condition) {
  return return_rules(
      {503, "Busy at the moment",
       fmt::format("{} is being moved, and too many visitors wait already. Please try again in a while.", asked_host)},
      condition);
}

std::string error_pages() {
  return error_page({502, "The project did not answer properly", "It broke off in the middle. Please try again."}) +
         error_page(
             {503, "Not available at the moment", "The project could not be reached. Please try again in a while."}) +
         error_page({504, "The project took too long", "There was no answer within 30 seconds."});
}

}  // namespace divio::ingress
